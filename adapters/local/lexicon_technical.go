package local

var technicalConcepts = []concept{
	{"password", -0.3, 3, -0.3, 0.2, `
		password*; pwd; pswd; account pass; profile pass; user pass; forgotten pass; forgot .. pass; lost pass; lost .. key;
		account key; profile key; key retriev*; retriev* .. key; restor* .. key; reset* .. key; recover* .. key; key of user;
		passwd; pass word; passcode*; pass code; passphrase; user key; access key; user code; access code; key code;
		credential*; security question*; security answer*; secret question*; reset code; reset link; recovery code;
		recovery email; recover .. account; regain .. access; unlock .. account; account .. locked; account lock*;
		locked account; locked out; locked me out; passwort*; kennwort*; zugangsdaten; konto gesperrt; contraseña*;
		clave de acceso; clave; cuenta bloqueada; mot de passe; mots de passe; identifiants; compte bloqué; senha*;
		palavra passe; conta bloqueada`},
	{"login", -0.3, 2.3, -0.2, 0.3, `
		log in; login; logins; loging; logging in; logged in; log into; logging into; log on; logon; logging on; log me in;
		log me out; logged out; logs me out; sign in; signin; signing in; signed out; sign into; signing into; sso;
		single sign on; 2fa; mfa; two factor; two step; multi factor; authenticat*; authenticator; otp; one time code;
		one time password; verification code*; security code; captcha; einlogg*; anmelden; anmeldung; anmeldeproblem*;
		*login; código de verificación; código de verificação; code de vérification; bestätigungscode; iniciar sesión;
		inicio de sesión; acceder a .. cuenta; me connecter; se connecter; connexion à .. compte; fazer login;
		entrar na .. conta; acessar .. conta; biometric*; face id; fingerprint; touch id`},
	{"pin", -0.2, 0.3, 0.5, 0.2, `
		pin; pins; pin number; pin code; pincode; enter* .. pin; lost pin; account pin; user pin; geheimzahl; código pin;
		code pin; código de segurança`},
	{"changePin", -0.3, 1.4, -0.6, 0, `
		change .. pin; new pin; reset .. pin; forgot .. pin; forgotten .. pin; set .. pin; update .. pin; pin change;
		pin reset; unblock .. pin; unlock .. pin; pin .. blocked; pin unblock*; pin attempt*; wrong pin; too many pin`},
	{"error", -0.2, 2.5, -0.2, 0.3, `
		error; errors; error message*; error code*; bug; bugs; buggy; glitch*; exception; exceptions; *exception; #ref;
		stack trace; stacktrace; traceback; segfault; segmentation fault; null pointer; syntax error; 400; 401; 403; 404;
		500; 502; 503; 504; invalid; does not exist; doesnt exist; shows code; with code; error #; code #; shows e#;
		returns error; returns #; returns nothing; returns empty; fehlermeldung*; fehlercode*; fehler; fehlerhaft*; *fehler;
		error de; errores; mensaje de error; erreur*; message d'erreur; erro; erros; mensagem de erro; falha*; fallo; fallos;
		falla; fallas; defekt*; defect*; défaut*; defeito*; anomal*; störung*; malfuncion*`},
	{"crash", -0.3, 2.6, -0.4, 0.6, `
		crash; crashes; crashed; crashing; app closes; closes itself; closes when; closes immediately; freez*; froze; frozen;
		hang; hangs; hanging; hung; stuck on .. screen; stuck loading; stuck at; stuck in; blue screen; black screen;
		white screen; blank screen; blank page; bsod; kernel panic; force close*; closes unexpectedly; shuts down;
		shutting down; keeps restarting; restarting; keeps rebooting; reboot*; abstürz*; absturz; stürzt; hängt; einfrier*;
		eingefroren; flacker*; flicker*; se congela; se cuelga; se bloquea; se reinicia; parpade*; plante; plantage; se fige;
		gèle; redémarr*; trava; travando; travamento*; travou; congela*; reinicia*; scintill*; closes by itself;
		closes on its own; back to desktop`},
	{"notWorking", 0, 1.9, -0.3, 0.5, `
		not work*; doesnt work*; dont work; didnt work; wont work; isnt work*; arent work*; wasnt working; never works;
		no longer work*; stopped work*; stop work*; stops work*; quit working; not function*; isnt function*; malfunction*;
		out of order; not operat*; inoperable; inoperative; unusable; broken; broken page; broken link; broke; not load*;
		wont load; doesnt load; not open*; wont open; doesnt open; wont start; doesnt start; not start*; wont turn on;
		not turn* on; wont boot; not boot*; wont connect; not connect*; doesnt connect; cant connect; cannot connect;
		unable to connect; wont let me; wont .. work; doesnt .. work; dont .. work; not .. work; isnt .. working;
		arent .. working; not .. working; non functional; nonfunctional; make .. work; cant use; cannot use; unable to use;
		not able to use; been able to use; does not recognize; doesnt recognize me; not recognized by; not picked up;
		not pick up; isnt picked; wont submit; not submit*; cannot submit; cant submit; cannot save; not sending;
		not receiv* .. code; not receiv* .. email; otp not; code not; not coming through; wont play; not play*; wont update;
		wont download; wont close; wont sync; not sync*; wont send; keeps asking; keeps saying; keeps dropping;
		keeps disconnecting; drops out; dropping out; greyed out; button .. grey; grayed out; does nothing; nothing happens;
		cannot see; cant see; unable to see; cannot find .. in app; not heat*; not cool*; not drain*; not pump*; not get warm;
		doesnt get warm; leaking; leaks water; kept card; keeps card; atm kept; not visible; no longer visible; unreadable;
		not save; doesnt save; not propagat*; no results; shows no; not appear*; not show*; blank; get .. to work;
		get .. working; hasnt .. working; not been working; not seem to work; doesnt seem to; not go through;
		never goes through; nothing goes through; rejected; blocked; wont allow me; not let* me; not respond*; unresponsive;
		not detect*; isnt detected; not show up; not recogniz* .. device; not charging; wont charge; not print*; wont print;
		wont install; not install*; not render*; not display*; not updating; not refresh*; fails to; failed to; failing to;
		failing; keeps failing; funktioniert .. nicht; nicht funktion*; funktioniert nicht mehr; geht nicht; lässt sich nicht;
		reagiert nicht; startet nicht; lädt nicht; lädt ewig; weiße seite; schwarz; bricht ab; bricht .. ab; öffnet nicht;
		kaputt; außer betrieb; no funciona*; no me funciona; dejó de funcionar; no carga; en blanco; no me llega .. código;
		no abre; no responde; no enciende; no conecta; no se conecta; no arranca; averiad*; descompuest*; ne fonctionne*;
		ne marche*; fonctionne pas; marche pas; ne répond*; ne s'ouvre; reste noir; reste bloqué; clignote; ne démarre*;
		ne charge*; ne s'allume*; cassé; en panne; dysfonction*; não funciona*; não está funcionando; parou de funcionar;
		não carrega; não abre; não responde; não liga; não conecta; quebrado; avariad*; not match; doesnt match; no effect;
		needs restart; need .. restart; not charge any more; not charge anymore; doesnt charge any more; no longer charges;
		stopped charging; stops charging; not accept .. code; not accept .. password; not accept .. number;
		cannot be finished; cannot finish; jumps back; blinks; blinking; keeps spinning; loading circle; loops; in loop;
		stops at; stopped at; stopped sending; stops sending; no longer sends; no longer receive; dies after;
		notification* .. not; breaks off; broke off; stays black; stays white; stays blank; comes up blank`},
	{"outage", -0.3, 2.6, -0.5, 1.5, `
		outage*; downtime*; is down; are down; went down; been down; goes down; site down; server down; system down;
		network down; service down; internet down; servers are down; website down; offline; disrupt*; interruption*;
		interrupt*; service unavailab*; unavailable; inaccessib*; not accessib*; unreachable; no service; no signal;
		no connection; no internet; no dial tone; dead line; power cut; blackout; ausfall*; *ausfall; *unterbrechung*;
		unterbrechung*; nicht erreichbar; nicht verfügbar; nicht zugänglich; caída; caído; caída del servicio;
		fuera de servicio; interrupci*; sin servicio; sin conexión; sin internet; inaccesible*; tiempo de inactividad;
		hors service; interruption; indisponib*; temps d'arrêt; fora do ar; fora de serviço; interrupç*; sem conexão;
		sem internet; sem sinal; indisponív*; inatividade; inacessív*`},
	{"performance", -0.3, 2, -0.3, 0.3, `
		slow; slower; slowly; slowness; sluggish; lag; lags; lagging; laggy; latency; timeout*; timed out; time out;
		timing out; performance issue*; performance problem*; poor performance; performance degradation; degrad*; bottleneck*;
		overload*; high cpu; memory leak; out of memory; buffering; stutter*; overheat*; heating up; noisy; battery drain*;
		drains .. battery; langsam*; verzögerung*; leistungsproblem*; leistungseinbu*; überhitz*; lento; lenta; lentitud;
		rendimiento; sobrecalent*; lent; lente; lenteur; ralenti*; surchauff*; lentidão; desempenho; superaquec*;
		atraso na resposta; times out; mbit; mbps; speed test; speedtest; download speed; upload speed; takes forever;
		takes hours; loads forever`},
	{"network", -0.3, 1.3, -0.2, 0.2, `
		wifi; wi fi; wireless; internet; network*; router*; modem*; vpn; lan; ethernet; dns; dhcp; ip address*; firewall*;
		bandwidth; broadband; fiber; fibre; signal; coverage area; 3g; 4g; 5g; lte; roaming; hotspot; proxy; ping;
		packet loss; switch port; netzwerk*; verbindung*; verbindungsproblem*; wlan; red wifi; conexión; conectividad;
		enrutador; router; réseau*; connexion; connectivité; routeur; conexão; conectividade; roteador; rede; redes; sinal`},
	{"connect", -0.2, 1, 0, 0.2, `
		connect; connects; connecting; connected; connectivity; connection*; disconnect*; reconnect*; pair; pairing;
		bluetooth; verbind*; conectar*; conecta; connecter; dropped call*; drop* call*; calls drop*; call quality; dropping`},
	{"server", -0.3, 1.1, 0, 0.2, `
		server*; database*; sql; mysql; postgres*; mongodb; oracle; redis; api; apis; rest api; endpoint*; webhook*; deploy*;
		docker; kubernetes; jenkins; ci cd; git; github; gitlab; bitbucket; aws; ec2; s3; azure; google cloud; gcp;
		cloud platform; ssl; tls; ssh; ftp; sftp; smtp; imap; pop3; cron; nginx; apache; cpanel; wordpress; domain name*;
		nameserver*; virtual machine*; vm; vps; load balancer; cluster; node; script; scripts; command line; terminal; shell;
		regex; compile*; compiling; compiler; commit; commits; branch merge; rebase; merge; push; python; java; javascript;
		php; kernel; root access; repository; pull request; json; xml; csv; html; css; hadoop; cassandra; elasticsearch;
		terraform; ansible; vmware; sap; erp; servidor*; serveur*; base de datos; base de données; banco de dados;
		datenbank*`},
	{"device", -0.3, 0.8, 0, 0.1, `
		laptop*; notebook*; macbook*; imac; desktop computer; computer*; pc; pcs; printer*; printing; print; scanner*;
		monitor; keyboard*; mouse; webcam; headset*; headphone*; earbuds; speaker*; microphone; touchscreen; touchpad;
		trackpad; display; screen; screens; battery; batteries; charger; power supply; motherboard; gpu; graphics card; ssd;
		hard drive*; hard disk*; disk; usb; flash drive; memory card; hdmi; adapter; dock; docking station; tablet; ipad;
		iphone; android phone; smartphone*; smart tv; tv; set top box; console; playstation; xbox; camera; smartwatch;
		thermostat; paper jam*; toner; cartridge*; firmware; hardware*; sim card; sim; esim; smart meter; washing machine;
		dishwasher; fridge; freezer; oven; dryer; boiler; heater; heating; air conditioner; air conditioning; vacuum;
		coffee machine; elevator; sensor; sensors; alarm; gateway; controller; remote control; drucker*; bildschirm*;
		rechner; gerät*; tastatur; akku; impresora*; pantalla*; ordenador*; computadora*; teclado*; batería; dispositivo*;
		portátil; imprimante*; écran*; ordinateur*; clavier; batterie; appareil*; impressora*; tela; computador*; aparelho*;
		atascos de papel; travamentos de papel; bourrage*`},
	{"software", -0.2, 0.7, 0, 0, `
		app; apps; ap; software*; web site; website*; webpage*; web page*; web app; portal; platform; browser*; chrome;
		firefox; safari; edge; windows; windows 10; windows 11; macos; macos x; osx; linux; ubuntu; debian; fedora; android;
		ios; outlook; gmail; exchange server; excel; office 365; microsoft 365; microsoft office; word document; teams; zoom;
		slack; jira; salesforce; sharepoint; onedrive; dropbox; google drive; google calendar; photoshop; adobe; autocad;
		quickbooks; crm; plugin*; plug in; add on; extension*; module; widget; dashboard*; interface; button; buttons; menu;
		popup; link; links; page; pages; antivirus; operating system; mailbox; inbox; calendar*; spreadsheet; pdf; formula;
		formulas; macro; notification*; push notification*; gps; webmail; mobile site; anwendung*; webseite*; aplicación;
		aplicaciones; sitio web; página web; logiciel*; application mobile; site web; navigateur; aplicativo*; navegador;
		site; plataforma*`},
	{"install", -0.4, 1.8, -0.3, 0, `
		install; installs; installed; installing; installation*; reinstall*; uninstall*; set up .. printer; setup .. printer;
		setting up .. printer; printer setup; driver for; drivers for; drivers; upgrade to version; upgrade ubuntu;
		upgrade windows; upgrade from; upgrading from; upgrade .. from; upgrade .. #; upgrading .. #; update to #;
		updating to #; update from #; version #; software update*; system update; firmware update; update fail*;
		after .. update; since .. update; latest update; new version; latest version; recent update*; newest version; patch;
		patches; dist upgrade; apt get; package manager; installier*; instalar*; instalación; actualización de software;
		actualizar .. versión; installer; mise à jour*; instalação; atualização; aktualisierung*; nach .. update;
		ubuntu # to #; linux # to #`},
	{"configure", -0.3, 1.3, 0, 0.1, `
		configur*; misconfigur*; configuration error; reconfigur*; set up .. account on .. phone; set up .. email;
		set up .. vpn; troubleshoot*; trouble shoot*; diagnos*; debug*; how .. fix; fix .. issue; fix .. problem; repair*;
		repaired; restarted; rebooted; cleared .. cache; clear .. cache; clearing .. cache; cache; cookies; log files; logs;
		workaround; root cause; technical support; tech support; technical issue*; technical problem*; technical assistance;
		technical difficult*; technical help; technical fault; technisch*; técnico*; técnica*; technique*; einricht*;
		konfigur*; reparar*; réparer; réparation*; reparo*; behebung; beheben; fehlerbehebung; solucion*`},
	{"shutdown", -0.4, 2.2, -0.4, 0.2, `
		shutdown; shut down; shut it down; power off; powers off; turn off .. computer; turns off; turning off;
		turned off by itself; boot; boots; booting; boot up; grub; bios; hibernat*; suspend mode; sleep mode; wake from;
		startup; start up .. computer; herunterfahren; hochfahren; apagar .. ordenador; se apaga; éteindre; s'éteint;
		desliga; desligar .. computador`},
	{"sync", -0.4, 2.1, -0.3, 0, `
		sync; syncs; synced; syncing; synch*; synchroni*; out of sync; sincroni*; export data; export .. data;
		export .. contacts; export .. calendar; export .. all; how to export; exporting; export; import .. data;
		import .. contacts; importing; import; migrate; migrating; migration; backup; backups; back up; backing up;
		restore .. backup; restore .. data; download .. data; bulk export; takeout; upload*; uploading; exportieren;
		importieren; exportar; importar; exporter; importer; sicherung; copia de seguridad; sauvegarde*; cópia de segurança`},
	{"spam", -0.4, 1.8, -0.3, 0, `
		spam; spam filter*; spam folder; junk mail; junk folder; filter spam; block spam; blocking spam; spammer*; spambot*;
		bounce*; bounced; undelivered mail; emails not received; not receiving email*; cannot send email*; cant send email*;
		not sending email*; blacklist*; email .. not arriving; mail server; filter; filtering; correo no deseado; pourriel*;
		lixo eletrônico`},
	{"security", -0.3, 1.3, 0.1, 1, `
		hack; hacks; hacked; hacker*; hacking; breach*; data breach*; malware; virus; viruses; trojan; phish*; ransomware;
		vulnerab*; exploit*; unauthori* access; unapproved access; access attempt*; unauthori* attempt*; security concern*;
		security alert*; irregularit*; malware scan*; compromised; data leak*; leaked; cyber*; ddos; intrusion;
		security incident*; security issue*; stolen password; stole .. password; sql injection; encrypt*; decrypt*;
		sicherheitsvorfall; sicherheitslücke*; sicherheitsverletzung*; datenleck; datenpanne; gehackt; unbefugt*; brecha*;
		hackead*; vulnerabil*; acceso no autorizado; piraté*; piratage; faille*; accès non autorisé; hackeado; invadid*;
		violação; acesso não autorizado; took over .. account; taken over; takeover; someone else in .. account;
		somebody else in .. account; someone logged into; somebody logged into; someone is using my account;
		changed .. password without`},
	{"dataLoss", -0.2, 1.7, -0.1, 0.8, `
		lost .. data; lost .. files; data loss; loss of data; missing data; is gone; are gone; vanished; no longer there;
		progress lost; lost progress; save game; missing file*; data missing; data is missing; corrupt*; disappeared;
		deleted by mistake; accidentally deleted; overwritten; recover .. data; recover .. files; recovering deleted;
		data inconsisten*; inconsistent; wrong data; datenverlust*; pérdida de datos; perdí .. datos; perte de données;
		perda de dados; dados perdidos; duplicate records; desync; deleted .. by accident; deleted .. by mistake;
		deleted .. accidentally; by accident deleted; by mistake deleted`},
	{"registration", -0.3, 1.3, 0.1, 0, `
		sign up; signup; signups; signing up; sign ups; register; registers; registering; registration*; registrations;
		enrolment page; create .. user; creating .. user; user creation; activation link; activation email;
		confirmation email .. not; never got .. confirmation; never received .. confirmation; no confirmation email;
		no confirmation mail; not received .. confirmation; activation code; registrier*; registrar*; registrarme; registro;
		s'inscrire; m'inscrire; inscription; cadastr*; me registrar`},
	{"identity", -0.3, 1.2, 0.3, 0, `
		verify .. identity; identity; verify .. id; verif* .. id; identification; verify identity; verifying .. identity;
		identity verification; identity check; identity .. verif*; verify me; verification process; verify .. account;
		verification fail*; verification .. not; prove .. identity; prove .. am; id verification; identitätsprüfung;
		verificar .. identidad; verificación; vérifier .. identité; verificar .. identidade; verificação`},
	{"onlineAccess", -0.3, 1.7, 0, 0, `
		online banking; mobile banking; internet banking; bank online; banking online; online account access; online access;
		account online; online portal; banking app; mobile app; set up online; manage .. account online; access .. account;
		accessing .. account; access to .. account; needs access; need access; grant .. access; request* .. access;
		admin rights; administrator rights; shared folder; network drive; shared drive; mapped drive; shared mailbox;
		distribution list; active directory; remote desktop; citrix; cannot access; cant access; unable to access;
		not able to access; couldnt access; lost access; losing access; no access; access denied; access issue*;
		access problem*; permission denied; permissions; get into .. account; get in .. account; gain access; zugriff*;
		zugang; kann nicht auf; acceso; no puedo acceder; no puedo entrar; accès; accéder; acesso; acessar;
		não consigo acessar; não consigo entrar`},
	{"cardBroken", -0.2, 2, -0.6, 0.4, `
		card .. not work*; card doesnt work; card isnt working; card wont work; card .. stopped working; card broken;
		broken card; card is broken; card .. stuck; card .. rejected; card .. not accepted; card .. blocked; card .. frozen;
		freeze .. card; unfreeze; unblock .. card; contactless; contact less; tap to pay; chip .. not; chip; card reader;
		magnetic strip; link .. card; linking .. card; relink; link it; card link*; add .. card to .. app; add .. bank card;
		put .. in app; card .. in app; card .. app; virtual card .. not; reactivate; reactivat* .. card; activate;
		activate .. card; activation; back in app; back into app; card .. back; found .. card; activating .. card;
		card activation; machine .. card; atm .. card; swallowed .. card; ate .. card; karte .. nicht; karte gesperrt;
		tarjeta .. no; tarjeta bloqueada; carte .. ne; carte bloquée; cartão .. não; cartão bloqueado`},
	{"integration", -0.4, 0.6, 0.3, -0.1, `
		integrat*; compatib*; incompatib*; interoperab*; third party; plugin support; api key; oauth; token; tokens; sdk;
		framework; kompatib*; intégr*; compatibil*; integra*`},
	{"media", -0.2, 1, 0, 0, `
		video; videos; audio; sound; picture quality; streaming; stream; playback; pixelated; no picture; no sound;
		resolution; subtitle*; channels; channel missing; caller id; voicemail; voice mail; text messages .. not; sms .. not;
		mms; ringing`},
}
