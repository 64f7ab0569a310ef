package local

var priorityConcepts = []concept{
	{"urgent", 0, 0.1, -0.1, 2, `
		urgent; urgently; urgency; asap; immediately; immediate; immediate attention; immediate assistance; right away;
		right now; as soon as possible; emergency; time sensitive; priority; high priority; top priority; prioriti*; quickly;
		promptly; prompt; swift*; stat; dringend*; sofort*; umgehend; unverzüglich; eilig; schnellstmöglich; urgente*;
		urgencia; inmediat*; cuanto antes; de inmediato; lo antes posible; emergencia; urgence; immédiat*; rapidement;
		dès que possible; plus vite; imediat*; o quanto antes`},
	{"critical", 0, 0.3, -0.1, 1.3, `
		critical; critically; severe; severely; severity; serious; seriously; significant*; major; crucial; essential;
		business critical; mission critical; show stopper; showstopper; blocker; blocking; kritisch*; schwerwiegend*;
		erheblich*; gravierend*; wichtig; crítico*; crítica*; grave*; significativ*; importante*; critique*; sévère*;
		importants; sérieux; seriamente`},
	{"impact", 0, 0.5, -0.3, 1, `
		impact*; affecting; affects; affected; all users; every user; multiple users; many users; several users;
		all employees; whole team; entire team; all customers; whole company; entire company; company wide; everyone;
		nobody can; no one can; production; prod; in production; live site; revenue; lost sales; losing money;
		losing customers; business operations; operations; productivity; workflow*; hindering; cannot work; cant work;
		unable to work; halt; standstill; auswirk*; beeinträcht*; alle benutzer; alle nutzer; alle mitarbeiter;
		produktivität; geschäftsbetrieb; afecta*; impacto; todos los usuarios; toda la empresa; productividad; affect*;
		tous les utilisateurs; toute l'équipe; productivité; afeta*; impacta*; toda a equipe; produtividade`},
	{"deadline", 0, 0, 0, 0.9, `
		deadline*; due today; due tomorrow; by tomorrow; by end of day; end of day; eod; before friday; before monday; today;
		tonight; tomorrow; frist; bis morgen; heute noch; fecha límite; para mañana; hoy mismo; date limite; échéance;
		avant demain; prazo final; até amanhã; hoje`},
	{"legal", 0.1, -0.2, 0.2, 1.1, `
		legal action; lawyer*; attorney; sue; lawsuit; court; solicitor; ombudsman; regulator; police; anwalt; klage;
		rechtlich*; abogado*; demanda judicial; avocat; poursuite*; advogado*; processo judicial; procon; trading standards;
		better business bureau`},
	{"danger", 0, 0.1, 0, 1.4, `
		fraud; fraudulent*; scam*; stolen; theft; identity theft; stole; lost .. phone; safety; fire; smoke; smoking;
		burning; injur*; danger*; gas leak; patient data; sensitive data; confidential data; personal data exposed; betrug*;
		gestohlen; diebstahl; fraude*; robo; robaron; robado; robada; volé*; vol de; arnaque; roubo; roubaram; golpe;
		seguridad; peligro; danger; perigo`},
	{"anger", 0, 0, 0.1, 0.5, `
		unacceptable; ridiculous; outrageous; frustrat*; furious; angry; fed up; third time; second time; several times;
		weeks; still waiting; still not; still no; no response; no reply; inakzeptabel; unverschämt; inaceptable;
		inacceptable; inaceitável; frustrad*; seit wochen; desde hace semanas`},
	{"whenever", 0, -0.1, 0.2, -1.6, `
		no rush; no hurry; not urgent; isnt urgent; whenever; when you have time; when you get chance; at your convenience;
		low priority; minor; small issue; cosmetic; trivial; nice to have; just curious; just wondering; just asking;
		quick question; simple question; not important; no immediate; nicht dringend; niedrige priorität; keine eile;
		kleinigkeit; no es urgente; sin prisa; baja prioridad; cuando puedan; pas urgent; pas pressé; faible priorité;
		quand vous pouvez; não é urgente; sem pressa; baixa prioridade; quando puder; prioridade baixa`},
	{"request", 0, 0, 0.1, -0.3, `
		could you; would you; kindly; would like; please provide; please send; please let; would appreciate; könnten sie;
		könnten; möchte; würde mich freuen; podría*; me gustaría; quisiera; pourriez*; aimerais; voudrais; poderia*;
		gostaria`},
}
