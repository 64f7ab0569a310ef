package local

var billingConcepts = []concept{
	{"refund", 3, -0.3, 0, 0, `
		refund*; money back; get .. money back; money returned; give .. money; pay .. back; pay back; paid back; fee back;
		deposit back; undo .. purchase; bought .. by mistake; bought .. by accident; by accident .. bought; return .. money;
		reimburs*; chargeback*; charge back; moneyback; repay me; restitution; compensat*; rebate*; credit me back;
		credited back; *erstattung; rückerstatt*; rückzahl*; erstatt*; geld zurück; geld .. zurück; gutschrift*;
		gutgeschrieben; reembols*; devol* .. dinero; devuelv* .. dinero; reintegro; abono en cuenta; rembours*;
		avoir sur .. facture; récupérer .. argent; estorn*; dinheiro de volta; devol* .. dinheiro; ressarc*; want .. money;
		refundable; nonrefundable; non refundable; pays .. back; credited; rest back; rest of .. money; money on .. card;
		difference back; pay .. difference; pays .. difference; refund .. difference; want .. difference;
		expect .. difference; undo .. payment`},
	{"refundPolicy", 2.5, -0.3, 0.2, -0.5, `
		refund polic*; refund condition*; refund guarantee; money back guarantee; money back polic*;
		rückerstattungsrichtlinie*; política de reembols*; politique de rembours*`},
	{"charge", 2.5, -0.3, 0, 0, `
		charge; charges; charged; extra fee*; extra charge*; additional fee*; hidden fee*; overcharg*; over charged;
		undercharg*; chargeable; surcharge*; charging me; charging us; charging my card; deducted; deduction*; debited;
		taken from .. account; taken out of .. account; money taken; money was taken; took money; money missing; money gone;
		cost me; billed for; extra cost; hidden cost*; belastet; abgebucht; abbuch*; berechnet; verrechnet; aufschlag; kosten;
		cargo; cargos; cobrado; cobraron; cobran; cobro; cobros; cobrar; cobrando; me cobr*; débité*; facturé*; prélevé*;
		surfactur*; cobrada; cobraram; cobrança*; cobrou; debitado; descontado; descontaram; money is gone; money gone from;
		you took #; still took; you still take; keep taking; kept taking; keeps taking; # was taken; # was booked;
		# were taken; booked from; have taken #; has taken #; took # from; spent #; you billed; charges me; charges us`},
	{"doubleCharge", 3, -0.6, 0, 0.4, `
		charge* twice; charge* .. twice; double charge*; duplicate charge*; duplicate payment*; charge* .. two times;
		charge* multiple times; billed twice; paid twice; pay* .. twice; paid .. twice; doubled; appears twice;
		showing twice; double billed; double billing; duplicate transaction*; duplicate invoice*; same charge; charged again;
		doppelt abgebucht; doppelt belastet; zweimal abgebucht; doppelt berechnet; cobr* dos veces; doble cargo;
		cargo duplicado; débité deux fois; facturé deux fois; double facturation; cobr* duas vezes; cobrança duplicada;
		cobrado em dobro`},
	{"fee", 2.6, -0.3, 0, 0, `
		fee; fees; penalty; penalties; commission*; levy; toll; interest rate; interest charge*; apr; fines; parking fine*;
		parking ticket*; parking charge*; add on charge*; bolt on; rip off; late payment; service charge*; overdraft*;
		gebühr*; *gebuhren; *gebuhr; säumnis*; comisión; comisiones; recargo*; frais; pénalité*; taxa; taxas; tarifa;
		tarifas; multa; juros; interest on; pay interest; interest charged; added interest; interest you; provisionen;
		parking fine; got fined`},
	{"cancellationFee", 3, -0.5, -0.6, 0, `
		cancellation fee*; cancellation charge*; cancellation penalt*; cancelation fee*; cancel* .. fee; fee .. cancel*;
		early termination fee*; termination fee*; early exit fee*; termination charge*; termination penalt*;
		cancel* .. penalt*; charge* .. cancel*; costs of cancel*; exit fee*; withdrawal penalt*; withdrawal fee*;
		withdrawal charge*; early withdrawal; penalt* .. cancel*; stornogebühr*; stornierungsgebühr*;
		penalización por cancel*; frais d'annulation; frais de résiliation; taxa de cancelamento; multa de rescisão`},
	{"invoice", 3, -0.4, -0.2, 0, `
		invoice*; bill; bills; bil; billed; billing; receipt*; debt; debts; proof of payment; tax document*; payslip;
		remittance; credit note*; debit note*; statement of account; billing statement*; ledger; accounts payable;
		accounts receivable; purchase order number; rechnung*; *rechnung; *rechnungen; *abrechnung*; abrechnung*; beleg;
		quittung*; kontoauszug*; mahnung*; factura; facturas; facturación; facturado*; facturar; recibo*; comprobante*;
		facture; factures; facturation; facturer; reçu de paiement; relevé de compte; fatura; faturas; faturamento; faturado;
		boleto*; nota fiscal; comprovante*; conta de luz; conta de telefone`},
	{"billIssue", 1, 0, 0, 0.3, `
		billing issue*; billing problem*; billing error*; billing discrepanc*; billing dispute*; invoice error*;
		incorrect charge*; wrong charge*; unexpected charge*; unexpected fee*; unexplained charge*; unexplained fee*;
		wrong amount; incorrect amount; incorrect billing; incorrect invoice; wrong invoice; wrong bill; bill .. too high;
		bill went up; went up by; price increase*; rate increase*; premium went up; premium increase*; premium .. went up;
		too expensive; itemis*; itemiz*; breakdown of .. bill; breakdown of .. charge*; breakdown of .. cost*;
		breakdown of .. invoice; bill .. higher; higher than expected; higher than usual; more than expected;
		fehlerhafte abrechnung; falsche rechnung; factura incorrecta; error de facturación; erreur de facturation;
		cobrança incorreta; erro de cobrança; went from #; went up from #; up from #; gone up; gone up from; jumped to #;
		raised .. price; twice as much; twice as high; more than agreed; higher than agreed; instead of #; not what was agreed`},
	{"billingTopic", 1.4, -0.2, -0.3, 0, `
		billing question*; billing inquir*; billing quer*; billing detail*; billing information; billing preference*;
		billing setting*; billing frequency; billing plan*; biling preference*; billing schedule; billing inconsistenc*;
		billing adjustment*; billing cycle*; billing period*; billing date*; billing option*; billing method*;
		billing department; billing team; billing support; billing process*; billing system; billing address;
		payment schedule*; payment plan*; payment terms; payment date*; payment status; payment history; payment preference*;
		payment due; due date; payment confirmation; zahlungsplan; plan de pago*; échéancier; prazo de pagamento`},
	{"payment", 2.1, -0.4, -0.1, 0, `
		payment*; pay; pays; paid; payed; paying; payable; prepaid; prepay*; unpaid; repayment*; wire transfer*;
		bank transfer; remit*; installment*; instalment*; down payment; checkout; check out page; paypal; stripe; klarna;
		apple pay; google pay; sepa; iban; zahl*; bezahl*; *zahlung; *zahlungen; abzahlung; überweis*; ratenzahlung;
		anzahlung; pago; pagos; pagar; pagué; pagado; pagando; transferencia*; cuota; cuotas; abonar; paiement*; payer; payé;
		payée; paie; règlement; virement*; acompte; versement*; mensualité*; pagamento*; paguei; pagou; parcela; parcelas;
		parcelar; parcelado; pix; purchase order; pay by purchase order; paying more`},
	{"paymentMethod", 2.2, -0.5, -0.4, -0.3, `
		payment method*; payment option*; payment mean*; payment type*; payment mode*; payment form*; method* of payment;
		mean* of payment; form* of payment; mode* of payment; type* of payment; option* .. payment*; way* to pay; how .. pay;
		how can i pay; pay by; pay with; pay using; pay via; pay online; pay over phone; accept* credit card*;
		accept* .. payment*; card on file; payment detail*; payment information; payment info; update .. credit card;
		change .. credit card; new credit card number; zahlungsmethode*; zahlungsart*; zahlungsmittel; método* de pago;
		forma* de pago; medio* de pago; mode* de paiement; moyen* de paiement; método* de pagamento; forma* de pagamento;
		dados de pagamento; détails de paiement; detalles de pago`},
	{"autopay", 2.4, -0.4, -0.4, 0, `
		autopay*; auto pay; auto pays; auto payment*; automatic payment*; automatic pay; automatic bill*;
		automatic credit card; automatic loan; automatically charg*; automatic debit*; auto debit; auto bill*; auto renew*;
		autorenew*; automatic renewal*; direct debit*; direct payment*; standing order*; recurring payment*;
		recurring charge*; recurring bill*; monthly payment*; mandate; lastschrift*; dauerauftrag; einzugsermächtigung;
		domiciliación; domiciliar; débito directo; renovación automática; prélèvement*; renouvellement automatique;
		débito automático; renovação automática`},
	{"loanPayment", 2, -0.2, -0.6, 0, `
		loan payment*; mortgage payment*; payment .. loan; pay .. loan; pay .. mortgage; pay .. card; pay .. credit card;
		pay .. balance; pay .. bill*; pay off; payoff; make .. payment; schedule .. payment*; schedule .. pay;
		schedule .. credit card; schedule .. cc; future payment*; set up .. payment*; credit payment*; cc payment*;
		credit card payment*; card payment*; minimum payment*; send .. payment; submit .. payment; process .. payment;
		settle .. bill*; settle .. balance; clear .. balance`},
	{"exchangeRate", 2.3, -0.3, -0.2, 0, `
		exchange rate*; rate .. exchange; conversion rate*; currency rate*; exchange .. rate; rate .. wrong; wrong rate;
		bad rate; exchange fee*; conversion fee*; currency conversion; currency exchange; foreign exchange;
		foreign transaction*; foreign currenc*; exchang* .. currenc*; exchanging .. currenc*; exchange .. charge*;
		rate .. applied; currency exchanges; interbank; wechselkurs*; umrechnungskurs*; tipo de cambio; tasa de cambio;
		taux de change; taxa de câmbio; câmbio`},
	{"transaction", 1.1, -0.2, 0, 0, `
		transaction*; transacion*; transfer* .. money; money transfer*; purchase on .. statement; purchase .. account;
		statement*; statment*; withdrawal*; withdrew; withdraw; withdrawing; cash withdrawal*; cash machine; cashback;
		cash back; payout*; winnings; deposit*; balance; top up; top ups; topup; topping up; topped up; transaktion*;
		auszahlung*; einzahlung*; kontostand; guthaben; transacci*; retiro*; saldo; extracto*; retirada*; relevé*; retrait*;
		solde; transaç*; saque*; extrato*; transfer failed; transfer .. rejected; rejected .. transfer; pending transfer;
		transfer .. pending; transfer .. arrived; transfer not; money .. transfer`},
	{"unrecognised", 1.8, -0.4, 0, 0.5, `
		not recogni*; dont recogni*; didnt recogni*; do not recogni*; unrecogni*; not made by me; used my card number;
		used card; card was used; i didnt make; i did not make; didnt make .. purchase; didnt make .. payment;
		didnt make .. transaction; wasnt made by me; never made; without .. permission; without .. consent; never asked for;
		did not ask for; not subscribed; not mine; isnt mine; wasnt me; was not me; didnt authori*; did not authori*;
		never authori*; not authori*; unauthori* transaction*; unauthori* charge*; unauthori* payment*; unauthori* purchase*;
		fraudulent charge*; fraudulent transaction*; fraudulent purchase*; fraudulent payment*; strange charge*;
		strange payment*; strange purchase*; strange transaction*; unknown charge*; unknown transaction*; unknown payment*;
		suspicious charge*; suspicious transaction*; unfamiliar charge*; unfamiliar transaction*; didnt buy; did not buy;
		never bought; never purchased; didnt purchase; didnt set up; did not set up; not erkannt; unbekannte abbuchung*;
		nicht autorisiert*; no reconozco; no autorizad*; non autorisé*; não reconheço; não autorizad*; never ordered`},
	{"dispute", 2, -0.3, 0, 0.3, `
		disput*; contest .. charge; contesting; discrepanc*; overpaid; overpay*; over paid; underpaid; mischarged; misbilled;
		reclaim; wrongly; erroneously; incorrectly charged; wrongly charged; unfair charge*; unstimmigkeit*; abweichung*;
		anfechten; discrepancia*; contester; divergência*; inkasso; debt collect*; collections agency`},
	{"price", 1.2, -0.4, 0.3, -0.2, `
		price; prices; priced; pricing; cost; costs; how much; expensive; cheap; cheaper; cheapest; quotation; estimate;
		preis*; *preise; wieviel; teuer; precio*; costo*; coste*; cuánto cuesta; prix; coût*; tarif; tarifs; combien; preço*;
		custo; custos; quanto custa; valor cobrado; budget; what would .. cost; what does .. cost; how expensive`},
	{"discount", 1.3, -0.5, 0.3, -0.2, `
		discount*; promo; promo code*; promotional code*; coupon*; voucher*; price match; price adjustment; price difference;
		gift card*; giftcard*; store credit; rabatt*; gutschein*; descuento*; cupón; cupones; vale de regalo; remise;
		réduction; code promo; bon d'achat; desconto*; cupom; cupons; vale presente; reduced rate; student rate; pay less`},
	{"subscription", 0.8, -0.2, 0.5, 0, `
		subscription*; subscripton*; subscribed; renewal*; renew; renewed; renews; free trial; trial; trial period;
		membership*; member; monthly plan; annual plan; premium plan; abo; abonnement*; verlänger*; suscripción;
		suscripciones; renovación; renovar; assinatura*; renouvel*; mensal; plano`},
	{"subscriptionFee", 1.6, -0.3, -0.4, 0, `
		subscription fee*; subscription charge*; subscription payment*; subscription cost*; subscription price*;
		subscription bill*; membership fee*; annual fee*; monthly fee*; yearly fee*; renewal fee*; renewal charge*;
		renewal price*; abonnementgebühr*; abogebühr*; premium went; premium of #; premium is; premiums; premium from;
		insurance premium; contribution; contributions; pay .. premium`},
	{"tax", 1.8, -0.3, 0, 0, `
		vat; vat number; gst; sales tax; tax; taxes; tax exempt*; tax invoice*; tax id; withholding; mwst; mehrwertsteuer;
		umsatzsteuer; steuer*; iva; impuesto*; nif; tva; taxe; imposto*; cnpj; w9; 1099; 1098`},
	{"money", 1, -0.2, 0, 0, `
		money; $; dollar*; euro; euros; eur; usd; gbp; cents; pounds; quid; bucks; cash; funds; amount; wallet; geld; betrag;
		dinero; importe; monto; argent; montant; dinheiro; valor; quantia; reais; coins; gems; in app purchase*; earnings;
		credits; credit balance; account credit; pence; pennies`},
	{"overdue", 1.8, -0.3, 0, 0.3, `
		overdue; past due; late fee*; outstanding balance; outstanding amount; outstanding invoice*; amount due; amount owed;
		owe; owed; owing; arrears; amount i owe; how much .. owe; balance due; bill due; bill .. due; minimum due;
		minimum amount; late charge*; collections; überfällig; vencid*; atrasad*; impayé*; adeud*; em atraso; zahlungsverzug;
		dunning`},
	{"finance", 0.9, -0.2, 0.1, 0, `
		finance department; financial record*; accounting; bookkeeping; bookkeeper; accountant; payroll; reconcil*;
		buchhaltung; contabilidad; comptabilité; contabilidade; tesorería; cost center; charge code; ledger account`},
	{"paymentFail", 1.4, 0.2, -0.2, 0.3, `
		payment fail*; payment declined; payment .. declined; payment .. not go through; payment .. rejected; payment error*;
		payment issue*; payment problem*; payment trouble*; payment pending; payment .. pending; payment .. stuck;
		payment .. not process*; payment .. not work*; cannot pay; cant pay; unable to pay; not able to pay;
		cannot make payment; cant make payment; card declined; card .. declined; transaction .. declined; insufficient funds;
		zahlungsproblem*; zahlung fehlgeschlagen; zahlung abgelehnt; pago rechazado; no puedo pagar; pago fallido;
		paiement refusé; paiement échoué; pagamento recusado; pagamento falhou; não consigo pagar`},
}
