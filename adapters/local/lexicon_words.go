package local

// droppedWords are left out of the text and of the cues: "cancel my order" and "cancel the order" are one phrase.
const droppedWords = `a an the my your our his her their its this that these those some any please
	der die das den dem des ein eine einen einem einer mein meine meinen meiner unser unsere ihr ihre
	el los las un una unos unas mi mis su sus nuestro nuestra
	le la les l une mon ma mes votre vos notre nos
	o os as um uma uns umas meu minha meus minhas seu sua seus suas`

// commonWords are never taken for a misspelt lexicon word, though they are one edit away from one.
const commonWords = `cheater actions adapted advised allows author authors balanced beneficial benefit blanks boosting bounded budgets carter
	causes caution certificates chances charming charter clause clauses cleaned cleaning clearer coding collisions
	combine commands comments comparisons compete complement compliant complies compromise compute concert consts consult
	consume consumed consumes content context contrast conversions couldn counted counter counting counts county covers
	creates custom dating declarations default demand demander demands departments derive derives differences doubled
	driving exercises existed exiting experiment experts explains expose exposes extensive extract extracted extracting
	extracts factors factory falling farther fiance fighting filling forced forces forcing fridays friends futures
	gestion graphic greater happen heading hearing houses identify imports improved instruction integer iteration kernels
	languages layers leading leaves leaving limited limiter locals lodging looping marked marker matches matters median
	members mention mistakes modules multiply naming notation notion numbers offices others overhead overlay packets
	panics parsing partly passed passes placing player pointed pointers pointing precise precision preparation prepare
	prepared preparing presence present presented presents pressed pressing proceed produce produces producing
	profiles properly propose provided provides quoted ranging rating readers reasons receiver receives refers regard
	registry relate relation relaxed removed reorder resident resource responses retire retracted retries revise rights
	routes scales scaling seattle seconds serves settles settling shifted shifting shorter shouldn simpler sitting
	situations skipped skipping sleeps slipped sources spending starvation stated stating stations stopping stored
	stories storing stranger supplied tables taking thorough though traced tracing trailing travers upgraded upgrades
	waiter wanting wherever window wouldn writing`
