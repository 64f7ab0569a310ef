package local

var generalConcepts = []concept{
	{"order", -0.1, -0.4, 1.4, 0, `
		order; orders; ordered; ordering; cart; basket; preorder; pre order; backorder*; out of stock; in stock;
		back in stock; cash on delivery; store pickup; fit; fits; size chart; restock*; item; items; product*; article;
		articles; bought; buy; buying; merchandise; shop; shopping; catalog*; size; sizes; colour; color; bestell*;
		*bestellung; *bestellungen; artikel; produkt*; kauf; kaufen; gekauft; pedido*; comprar; producto*; artículo*;
		commande*; achat; achats; acheter; acheté; produit*; encomenda*; comprei; produto*`},
	{"orderAction", -0.3, -0.5, 1.3, 0, `
		place .. order; make .. order; order status; status of .. order; track .. order; tracking .. order; cancel* .. order;
		change .. order; modify .. order; edit .. order; update .. order; order number; wrong item; wrong product;
		missing item*; add .. item*; add .. product*; add .. order; remove .. item*; remove .. order; swap .. item*;
		damaged item; damaged product; estado de .. pedido; statut de .. commande; status do pedido; bestellstatus;
		purchase several; make .. purchase; buy several; several items`},
	{"delivery", -0.3, -0.5, 2, 0.1, `
		deliver; delivers; delivered; delivering; deliveries; delivery; redeliver*; ship; ships; shipped; shipping;
		shipment*; parcel; parcels; package; packages; courier*; track package; track* number; tracking; track; arrive;
		arrives; arrived; arriving; arrival; dispatch*; dispatched; mail it; mailed; post office; postage; customs; pickup;
		pick up; collect in store; lieferung*; lieferzeit*; liefertermin*; lieferadresse; geliefert; ausgeliefert;
		*lieferung; versand*; verschickt; paket*; sendung*; zustell*; envío; envíos; enviar; entrega*; paquete*; llegar;
		llega; llegado; livraison*; livrer; livré; colis; expédi*; arriver; entregue; frete; pacote; chegar; chegou; rastre*;
		suivi`},
	{"deliveryQuestion", -0.3, -0.5, 1, -0.3, `
		delivery option*; delivery time*; delivery period; delivery date; delivery method*; delivery address;
		shipping address*; shipping option*; shipping time; shipping method*; shipping cost; how long .. take;
		how long .. deliver*; how long .. arrive; when .. arrive; when .. get .. card; deliver to; ship to; express delivery;
		next day; lieferzeit; lieferoption*; plazo de entrega; opciones de envío; dirección de envío; délai de livraison;
		options de livraison; prazo de entrega; endereço de entrega; opções de entrega`},
	{"returnGoods", 0.2, -0.4, 1.3, 0, `
		return .. item; return .. product; return .. order; return polic*; returns; return label; returning; send .. back;
		send back; exchange item; exchange product; exchange it; exchange them; exchange request; replacement; replace;
		warranty*; guarantee; rückgabe*; zurückgeben; zurücksenden; umtausch*; rücksend*; garantie*; devolver; devolución;
		devoluciones; cambio de .. producto; intercambio; garantía; retour; retourner; échange*; échanger; garantie;
		devolução; troca; trocar`},
	{"address", -0.4, -0.4, 2, -0.3, `
		address; addresses; postcode; zip code; moved house; moved to; moving to; i moved; just moved; relocat*; new home;
		change .. address; update .. address; phone number; cell number; mobile number; telephone number; cell phone number;
		contact number; email on file; change .. email; update .. email; email address; e mail address; change .. name;
		surname; maiden name; legal name; got married; personal detail*; personal info*; contact detail*; contact info*;
		profile detail*; change .. details; update .. details; edit .. details; date of birth; adresse*; anschrift; umzug;
		umgezogen; neue telefonnummer; persönliche daten; dirección; domicilio; nuevo número; datos personales; me mudé;
		adresse; déménag*; nouveau numéro; coordonnées; endereço*; mudança; dados pessoais`},
	{"closeAccount", -0.2, -0.5, 2, -0.2, `
		close .. account*; closing .. account*; closed .. account; close it; delete .. account*; deleting .. account*;
		remove .. account*; removing .. account*; cancel .. account*; cancelling .. account; canceling .. account;
		terminate .. account*; terminating .. account; deactivat* .. account*; erase .. account; end .. account;
		account closure; account deletion; account removal; account cancel*; delete .. profile; remove .. profile;
		leave .. site; konto löschen; account löschen; konto schließen; konto kündigen; eliminar .. cuenta; cerrar .. cuenta;
		borrar .. cuenta; dar de baja; supprimer .. compte; fermer .. compte; clôtur*; excluir .. conta; encerrar .. conta;
		fechar .. conta; apagar .. conta; deletar .. conta; stop using .. service*; leave your bank; kündig*`},
	{"openAccount", -0.3, -0.4, 1.8, -0.3, `
		open .. account*; opening .. account*; create .. account*; creating .. account*; new account*; account opening;
		set up .. account; joint account; savings account; saving account; open .. checking; start .. account;
		switch .. account*; change .. account; upgrade .. account; account type*; different account; another account;
		second account; multiple accounts; gold account; platinum account; premium account; standard account;
		freemium account; free account; pro account; account for .. child*; add .. user; add .. person; konto eröffnen;
		konto erstellen; neues konto; abrir .. cuenta; crear .. cuenta; cambiar de cuenta; ouvrir .. compte; créer .. compte;
		abrir .. conta; criar .. conta; mudar de conta`},
	{"human", -0.3, -0.5, 2.2, 0, `
		speak to; speak with; speaking to; speaking with; talk to; talk with; talking to; talking with; real person;
		live agent; live person; human; human agent; agent; agents; operator; representative; rep; advisor; adviser;
		supervisor; call center; call centre; customer service number; contact you; contact customer; contact someone;
		call you; call me; call back; callback; get in touch; reach you; reach someone; how .. contact; how .. reach;
		customer assistance; free phone number; support number; chat with; live chat; speak someone; speak person;
		mitarbeiter*; ansprechpartner; rückruf; jemandem sprechen; hablar con; agente; asesor; parler avec; conseiller;
		falar com; atendente; operador; speak .. manager; talk to .. manager; store manager; account manager; branch manager;
		toll free`},
	{"complaint", -0.2, -0.3, 1.9, 0.3, `
		complain*; complaint*; claim against; lodge .. complaint; lodge .. claim; make .. complaint; make .. claim;
		file .. complaint; consumer claim*; customer claim*; reclamation*; grievance; dissatisf*; unhappy; disappoint*;
		terrible; awful; worst; rude; unprofessional; poor service; bad service; bad experience; feedback; review; reviews;
		leave .. review; leave .. comment; post .. review; opinion; testimonial*; survey; rate .. service; praise;
		compliment; thank you for .. great; beschwer*; reklamation*; unzufrieden; bewertung*; rückmeldung; queja*; reclamo*;
		reclamación; reclamaciones; insatisfe*; reseña; valoración; plainte*; mécontent*; avis; déçu*; reclamação;
		reclamações; reclamar; insatisfeit*; avaliação; opinião`},
	{"newsletter", -0.4, -0.5, 2.6, -0.5, `
		newsletter*; news letter; mailing list; unsubscri*; subscribe to; marketing email*; promotional email*; opt out;
		stop receiving; stop sending; boletín; infolettre; lista de correo; lettre d'information; boletim; abbestell*;
		désabonn*; desinscrev*; cancelar suscripción al boletín`},
	{"insurance", -0.2, -0.5, 1.2, 0.1, `
		insurance; insured; insurer; insure; policy; policies; policy number; policy holder; policyholder; coverage; covered;
		cover; deductible; copay; proof of insurance; insurance card; id card*; dependent*; dependant*; beneficiar*;
		underwrit*; enroll*; enrol; enrolment; open enrollment; medicare; medicaid; dental; vision plan; health plan;
		car accident; accident; collision; fender; damage to .. car; rear ended; tow; towing; roadside; versicher*;
		*versicherung; schaden*; seguro; seguros; póliza; siniestro; cobertura; assurance*; sinistre; couverture; apólice;
		sinistro`},
	{"claim", 0, -0.5, 1.6, 0.2, `
		claim; claims; file .. claim; filing .. claim; submit .. claim; claim status; insurance claim; property claim;
		health claim; auto claim; claim form; claim number; report .. accident; accident report; schadensmeldung;
		schadenfall; reclamo de seguro; presentar .. reclamación; déclaration de sinistre; abrir sinistro`},
	{"quote", -0.1, -0.5, 1.8, -0.4, `
		quote; quotes; get .. quote; estimate for; cotiz*; presupuesto; devis; cotação; orçamento; angebot*; sales team;
		sales rep*; demo; demonstration; presales; pre sales; offer; offers; offering; offerings; enterprise plan;
		bulk order; wholesale; reseller*; distributor*`},
	{"plan", -0.1, -0.4, 1.5, -0.2, `
		change .. plan; switch .. plan; upgrade .. plan; downgrade .. plan; cancel .. plan; enroll .. plan; different plan;
		current plan; new plan; plan option*; plan; plans; add .. line; package deal; data plan; family plan;
		cambiar de plan; changer de forfait; forfait; mudar de plano; tarifwechsel; vertrag*; contract; contracts; contrat*;
		contrato*; port .. number; porting; upgrade .. phone; trade in; freeze .. membership; pause .. membership;
		freeze .. subscription; pause .. subscription; suspend .. membership; longer trial; extend .. trial`},
	{"appointment", -0.4, -0.5, 2.2, 0, `
		appointment*; reschedul*; schedule .. meeting; schedule .. visit; schedule .. call; schedule; set up .. meeting;
		meet with; meet in person; in person; consultation; book .. room; book .. table; book .. flight; book .. ticket;
		booking*; book; reserv*; availability; available slot*; engineer visit; engineer coming; engineer come;
		technician visit; technician coming; technician come; installation date; installation appointment; time slot; termin;
		termine; terminvereinbarung*; terminanfrage; buchung*; cita; citas; reserva*; turno; agendar; rendez vous;
		agendamento; consulta marcada; marcar .. consulta; home visit; visit from; visit on; visit tomorrow`},
	{"place", -0.4, -0.6, 2, -0.5, `
		branch; branches; nearest; closest; nearby; near me; location*; located near; where .. located; local office;
		opening hours; opening time*; opening hour; business hours; working hours; what hours; bank hours; store hours;
		branch hours; open on; open today; open now; what time .. open; what time .. close; closing time; atm; atms;
		find .. atm; where .. atm; cashpoint; directions; is there parking; where .. park; headquarters; office address;
		where are you; filiale*; öffnungszeiten; standort; sucursal*; horario*; dónde está; agence; horaires; agência;
		onde fica; onde está`},
	{"apply", 0, -0.5, 1.8, -0.2, `
		apply; applying; applied for; application for; loan application; credit application; apply .. loan; apply .. card;
		apply .. credit; take out .. loan; get .. loan; loan; loans; mortgage; mortgages; home equity; line of credit;
		refinance*; credit score; credit limit; overdraft limit; increase .. limit; raise .. limit; credit report;
		credit line; application status; status of .. application; routing number; account number is; sort code; swift code;
		travel notice; travel notification; checking to savings; from checking; from savings; into savings; eligib*; qualif*;
		requirements; requirement; preapprov*; interest rates for; financial advisor; retirement; ira; 401k; kredit*;
		darlehen; hypothek*; beantrag*; préstamo*; crédito hipotecario; solicitar .. tarjeta; prêt; prêts; crédit immobilier;
		demande de carte; empréstimo*; financiamento; order checks; checkbook; check book; cheque*; chequebook; more checks;
		new checks; blank checks; get .. checks; need .. checks; book of checks; box of checks`},
	{"newCard", -0.3, -0.3, 1.4, 0, `
		new card; another card; second card; extra card; additional card; spare card; physical card; virtual card;
		virtual cards; disposable card*; replacement card; replace .. card; order .. card; get .. card; getting .. card;
		receive .. card; received .. card; send .. card; card delivery; card .. delivered; card .. arrive*; card .. arriving;
		card .. come; card .. expire*; card .. expir*; card expiration; expir*; lost card; stolen card; damaged card;
		card .. damaged; card .. stolen; report .. card; mastercard; visa; visa or mastercard; type of card; types of cards;
		which cards; what cards; neue karte; ersatzkarte; nueva tarjeta; tarjeta nueva; nouvelle carte; novo cartão;
		segunda via`},
	{"support", -0.2, -0.4, 1.5, -0.3, `
		which countries; what countries; countries; country; abroad; overseas; outside .. us; outside .. uk; in europe;
		in usa; residents; nationality; age; how old; minimum age; age limit; years old; child; children; kids; son;
		daughter; wife; husband; spouse; family; baby; newborn; teenager; minors; fiat; currencies; which currencies;
		what currencies; other currencies; hold .. currenc*; supported; do you support; where .. accepted; where .. use;
		where can i use; where .. withdraw; place* .. withdraw; where .. get money; where .. get cash; card* .. accepted;
		accept .. card*; which card* .. use; what card* .. use; what currency .. use; which currency; what currency;
		merchants; which stores; citizens; länder; alter; kinder; países; edad; niños; enfants; idade; crianças;
		maximum number; how many .. can; spending limit*; withdrawal limit*; daily limit*; transfer limit*; card limit*;
		limits on; maximum; how many .. cards; how many .. allowed`},
	{"info", -0.1, -0.4, 1, -0.7, `
		information; info; more information; information about; information on; information regarding; like to know;
		want to know; wanted to know; need to know; wondering; curious; details about; details on; detailed information;
		more details; further details; additional details; interested in; learn about; learn more; find out; inquir*;
		enquir*; enquiry; inquiry; tell me about; do you offer; do you have; do you provide; do you sell; do you accept;
		can you recommend; general question; question about; faq; clarif*; overview; brochure; insights; information* über;
		informationen; auskunft; erkundigen; anfrage; möchte wissen; fragen zu; frage zu; wissen; información; saber;
		quisiera saber; consulta; interesad*; duda; dudas; detalles sobre; renseign*; informations; savoir; aimerais savoir;
		demande d'information*; intéressé*; en savoir plus; informação; informações; gostaria de saber; dúvida*; interessad*;
		detalhes sobre`},
	{"advice", -0.3, -0.5, 1.5, -0.9, `
		recommend*; recommendation*; advice; advise on; suggest; suggests; suggestion*; suggesting; best practice*;
		guidance on; guidance; strateg*; tips; alternative*; alternatives to; good alternative; similar to; equivalent of;
		replacement for; tool for; tool to; tools for; program for; program to; lightweight; open source;
		software recommendation; free software; compare; comparison; pros and cons; worth it; optimi*; best way; improve;
		improving; improvement*; enhanc*; maximiz*; empfehl*; vorschläge; vorschlag; ratschläge; beratung; strategi*;
		verbesser*; alternative zu; recomendac*; recomiend*; consejo*; sugerencia*; sugiere*; estrategia*; mejorar; mejora*;
		recommand*; conseil*; stratégie*; améliorer; amélior*; conselho*; sugestão; sugestões; melhorar; melhoria*`},
	{"whichSoftware", -0.4, -0.9, 1.6, -0.8, `
		what .. software; which .. software; best .. software; good .. software; any .. software; is there .. software;
		software available; software for; software to; software recommend*; recommend .. software; what .. app*;
		which .. app*; best .. app; good .. app; any .. app; is there .. app; is there .. application; best .. application*;
		application* to replace; applications for; recommend .. app; looking for .. app; looking for .. software;
		looking for .. tool; looking for .. program; what .. program*; which .. program*; best .. program;
		is there .. program; what .. tool*; which .. tool*; best .. tool*; is there .. tool; any .. tool*; gui tool*;
		best .. client; good .. client; best .. editor*; good .. editor*; text editor*; best .. viewer; viewer; generator;
		generators; converter; calculator; what .. games; available for; what is best; what do you use to; what to use to;
		what can i use to; distro; linux distribution; website like; site like; app like; service like; something like;
		similar .. software; programme gratuit; programa gratuito; welches programm; welche software; qué programa;
		quel logiciel; qual programa`},
	{"purchase", 0.4, -0.3, 0.6, 0, `
		purchase; purchases; purchased; purchasing; compra; compras; compré; achat récent`},
	{"marketing", -0.1, -0.4, 0.7, -0.2, `
		marketing; brand; branding; digital marketing; campaign*; campaigns; growth; audience; seo; social media; advertis*;
		sponsor*; partnership*; partner*; collaborat*; affiliate*; media inquiry; event; events; webinar; conference; vendor;
		supplier*; business opportunit*; werbung; marke; kampagne*; wachstum; zusammenarbeit; partnerschaft; campaña*;
		publicidad; marca; colaboración; crecimiento; asociación; campagne*; publicité; marque; partenariat*; croissance;
		campanha*; parceria*; crescimento; publicidade; press inquiry; press release`},
	{"people", -0.2, -0.4, 1.2, -0.2, `
		job; jobs; career*; vacanc*; hiring; recruit*; interview; resume; employment; employee*; benefits; vacation;
		annual leave; sick leave; maternity; holiday; holidays; pto; time off; human resources; onboarding; training;
		trainings; workshop; register for; register to vote; enrol in; sign up for .. course; course; courses; certificate;
		certification; student*; teacher; classes; exam; exams; assignment; homework; pupil*; withdraw from .. course;
		withdraw from exam; withdraw from class; school; university; volunteer*; donat*; bewerb*; stelle; stellen; urlaub;
		schulung*; empleo; vacante*; vacaciones; capacitación; curso*; emploi; recrutement; congé*; formation*; emprego;
		vaga; vagas; férias; treinamento*; class today; dropped .. class; miss .. class; come to class`},
	{"travel", 0, -0.4, 1, 0.1, `
		flight*; airline*; airport; baggage; luggage; suitcase; boarding pass; boarding; seat; seats; seat selection;
		upgrade .. seat; check in; checkin; itinerary; layover; passport; travel visa; hotel*; room; rooms; check out time;
		guest*; breakfast; resort; cruise; tour; tours; bus; taxi; ride; driver was; rental; rental car; car rental; trip;
		travel*; vacation rental; destination; flug*; gepäck; reise*; zimmer; vuelo*; equipaje; viaje*; habitación; vol;
		vols; bagage*; voyage*; chambre*; voo; voos; bagagem; viagem; viagens; quarto; rebook*; extend .. stay; towels;
		housekeeping; room service; pool; gym; snacks; meal; meals; vegetarian; lounge; business class; economy class;
		carry on; legroom; lost and found; left in .. cab; left in .. taxi; left in .. train; left in .. bus;
		left in .. plane; forgot .. in cab; forgot .. in taxi; forgot .. in train; forgot .. in bus; forgot .. in room;
		umbrella; wallet in; lost item; left .. in; train ticket*; train station; by train`},
	{"health", -0.1, -0.4, 0.9, 0.1, `
		doctor; doctors; prescription*; medication*; medicine; pharmacy; clinic; test result*; lab result*; referral;
		vaccine*; vaccination; symptom*; allerg*; diet; nutrition; side effect*; dosage; dose; exercise; workout; arzt;
		rezept; médico; receta; cita médica; médecin; ordonnance; receita médica; ingredients; vegan; gluten; flavour;
		flavor; protein; mattress; fabric; assembly; dimensions; material; trial nights`},
	{"document", 0, -0.2, 1, -0.3, `
		documentation; document*; manual; manuals; tutorial*; guide; guides; instructions; user guide; copy of;
		certificate of; letter; proof of; terms and conditions; terms of service; privacy policy; privacy; gdpr; hipaa;
		iso 27001; compliance; regulation*; polic* on; legal question; dokument*; handbuch; anleitung*; datenschutz;
		documento*; documentación; guía; privacidad; politique; conformité; confidentialité; documentação; política;
		application form; paper form; tax form`},
	{"feature", -0.3, -0.1, 1, -0.9, `
		does .. work with; feature request*; feature suggestion; new feature*; add .. feature; would be nice;
		would be great if; would love to see; enhancement request; roadmap; wish list; wishlist; feature; features;
		functionalit*; capabilit*; possible to; is it possible; support for .. language; dark mode; change request;
		funktionen; neue funktion; funktionalität*; nueva función; funcionalidad*; nouvelle fonctionnalité; fonctionnalité*;
		nova funcionalidade; recurso novo`},
	{"topic", 0, 0, 0.3, 0, `
		electricity; gas; water; rent; apartment; strom; luz; agua; électricité; eau; investment*; invest; investing;
		hospital*; patient; patients; medical; healthcare; team; market; company; organization; business; service; services;
		firma; unternehmen; empresa; entreprise; servicio*; serviço*`},
	{"account", 0, 0, 0.2, 0, `
		account; accounts; acount; acc; profile; konto; benutzerkonto; cuenta; cuentas; compte; comptes; conta; contas`},
	{"utility", 0.1, -0.2, 1, 0.1, `
		meter; meter reading; move in; move out; moving out; start service; stop service; transfer service; connect service;
		disconnect service; power company; trash; garbage; rubbish; street light*; pothole*; permit; permits;
		birth certificate; driving licence; driver license; drivers license; council; vote; recycling; tenant; landlord;
		lease; zählerstand; aluguel`},
	{"loyalty", 0.1, -0.4, 1.1, -0.3, `
		loyalty; rewards; reward points; miles; frequent flyer; loyalty program*; referral code; refer .. friend;
		invite .. friend; refer; bonus; punkte; prämie*; puntos; millas; points de fidélité; fidélité; pontos; milhas;
		competition; giveaway; prize; how .. points; create .. team; season ticket; fantasy; league; tournament; scores;
		bonus points; loyalty points; earn .. points`},
	{"whyIdentity", -0.3, -0.9, 1.6, -0.4, `
		why .. verify; why .. identity; why .. identification; why .. need .. id; need .. id; need .. identity;
		reason .. identity; reason .. verif*; what .. need .. verify; what documents; which documents; have to verify;
		must i verify; required to verify; need to verify; identity details; id info; info .. need; why .. so much;
		steps .. verify; what .. verify`},
	{"cancel", 0.1, -0.4, 0.9, 0, `
		cancel; cancels; canceled; cancelled; canceling; cancelling; cancellation*; cancelation; stornier*; storno;
		stornierung; cancelar; cancelación; annuler; annulation; cancelamento; résilier; résiliation; rescindir`},
}
