package local

// The concepts that negatedFrom looks for.
const (
	conceptNot       = "not"
	conceptNotAbout  = "notAbout"
	conceptNegAction = "negAction"
	conceptNotTopic  = "notTopic" // its last word is the topic that is excluded
)

var sharedConcepts = []concept{
	{"problem", 0, 0.9, -0.2, 0.3, `
		problem; problems; issue; issues; trouble; troubles; troubling; difficult*; struggling; wrong; cannot; cant; can not;
		could not; couldnt; unable; not able; fail; fails; failed; failure*; faulty; keeps; keep getting; will not;
		not possible; impossible; incorrect*; unexpected*; persist*; probleme; *problem; *probleme; schwierigkeit*;
		nicht möglich; kann nicht; kann ich nicht; können nicht; konnte nicht; problema*; dificultad*; no puedo; no podemos;
		no pude; no consigo; inconveniente*; incidente*; incidencia*; incident*; problème*; difficulté*; je ne peux;
		ne peux pas; ne peut pas; n'arrive*; impossible de; souci; soucis; dificuldade*; não consigo; não consegu*;
		não posso`},
	{"card", 0, 0, 0, 0, `
		card; cards; credit card; debit card; credit cards; karte; karten; kreditkarte*; tarjeta*; carte; cartes; cartão;
		cartões`},
	{"how", 0, 0.2, 0.1, -0.4, `
		how do; how to; how can; how would; how should; how i; wie kann; cómo; comment; steps to; help me to`},
	{"incident", -0.2, 1.5, -0.9, 0.5, `
		encounter*; experienc* .. issue*; experienc* .. problem*; experiencing; facing; faced; suspect*; despite; unresolved;
		reporting; troubleshooting steps; tried restarting; attempts to; attempted to; delays in; declin*; below expect*;
		not meet* expect*; did not meet; underperform*; deteriorat*; inaccura*; inconsisten*; discovered; detected;
		unexpectedly; suddenly; stopped; possibly due to; due to outdated; caused by; may be due; could be due;
		might be related; might be due; hinder*; setback*; concern regarding; halted; misalign*; stuck; aufgetreten; trotz;
		besteht weiterhin; weiterhin; ursache; vermut*; plötzlich; experimentando; a pesar de; persiste; sospech*;
		intermitente*; repentinamente; rencontr*; malgré; soupçonn*; soudain*; enfrentando; apesar de; suspeit*`},
	{conceptNegAction, 0, 0.25, 0, 0.1, `
		does not; doesnt; do not; dont; did not; didnt; never; no longer; wont; not; arent; hasnt; havent; has not; kein;
		nicht; no se; no; ne; não`},
	{"asking", 0, -0.1, 0.35, -0.3, `
		is there; are there; what is; what are; what kind; which; explain; whats; question; questions; was ist; welche;
		gibt es; qué es; cuál; hay; quel; quelle; qual; quais; existe; request; solicitud; demande; solicitação; pedido de`},
	{"forgetting", 0, 0.5, 0, 0, `forgot; forgotten; forget; forgetting`},
	{"change", 0, 0, 0.2, -0.1, `
		change; changes; changed; changing; update; updating; edit; editing; modify; modifying; correct; amend; switch;
		ändern; änderung*; cambiar; modificar; changer; modifier; alterar; mudar`},
	{"forgot", 0, 1.2, -0.3, 0, `
		cant remember; cannot remember; dont remember; do not remember; reset*; recover*; retriev*; restor*; vergessen;
		zurücksetzen; olvidé; olvidado; restablecer; recuperar; oublié; réinitialis*; récupérer; esqueci; redefinir`},
	{"greeting", 0, 0, 0, 0, `
		dear customer support; dear customer service; dear support; dear support team; dear customer support team;
		customer support; customer service; customer support team; customer service team; support team; dear team; thank you;
		thanks; many thanks; thank you for .. assistance; thank you for .. support; thank you for .. attention;
		appreciate .. assistance; look forward; looking forward; best regards; kind regards; sincerely;
		hope this message finds you well; contact me; call me at; feel free to contact; reach me at; please contact me;
		reach out; reaching out; if you need .. information; any additional information; further information;
		more information from me; let me know; address issue*; address problem*; address matter; address situation;
		address concern*; address it; addressing; name is; last name is; first name is; live at; email me at; located in;
		review .. matter; look into; which may; which could; which has; which is; account number; acc num; tel num;
		kundenservice; kundensupport; kundenbetreuung; kundendienst; sehr geehrte*; vielen dank; mit freundlichen grüßen;
		estimado*; estimada*; soporte al cliente; servicio al cliente; atención al cliente; gracias; saludos; cordialmente;
		número de cuenta; cher support; service client; service clientèle; support client; équipe de support; merci;
		cordialement; numéro de compte; prezado*; caro suporte; suporte ao cliente; atendimento ao cliente; obrigado;
		atenciosamente; número da conta`},
	{conceptNot, 0, 0, 0, 0, `isnt; no es; pas; n'est pas; não é`},
	{conceptNotAbout, 0, 0, 0, 0, `
		not about; isnt about; not regarding; not concerning; not related to; unrelated to; nothing to do with;
		no question about; not question about; not have .. question about; dont have .. question about;
		not have .. questions about; dont have .. questions about; not because of; rather than; instead of; other than; no es sobre; no se trata de; no tiene que ver con;
		nada que ver con; nicht wegen; keine frage zu; keine frage zur; keine frage zum; hat nichts mit; pas à propos;
		ne concerne pas; rien à voir avec; não é sobre; não se trata de; nada a ver com; sin relación con`},
	{conceptNotTopic, 0, 0, 0, 0, `
		not billing; not technical; not general; isnt billing; isnt technical; isnt general; no billing;
		no technical; no general`},
}
