package local

// pairs name concepts that change each other's meaning within one sentence; "a|b" stands for each of a and b.
var pairs = []pair{
	// A problem with something commercial is not a technical one.
	{"problem", "payment|invoice|charge|fee|refund|billingTopic|autopay|exchangeRate", 0.5, -1, 0},
	{"error|notWorking", "payment|invoice|charge|fee|refund|billingTopic|autopay|exchangeRate", 1, -1.6, 0},
	{"problem", "order|delivery|address|newsletter|closeAccount|complaint|human|appointment|claim", 0, -0.9, 0.5},
	{"error|notWorking", "order|delivery|address|newsletter|closeAccount|complaint|appointment", 0, -1.6, 0.8},
	{"error", "refund|newsletter", 0, -0.5, 0.2},
	{"error", "returnGoods|document", 0, 0.5, -1},

	// A long story about a failing billing system is still about bills.
	{"incident|configure|crash|sync|server|software|performance|integration",
		"billIssue|billingTopic|invoice|charge|doubleCharge|dispute", 0.5, -0.8, 0},

	// A problem with a thing is.
	{"negAction", "software|device|network|server|media|connect|login|sync|install", 0, 1, -0.5},
	{"error|notWorking", "travel|health|document|people|feature|loyalty|info|support|purchase|asking|topic|utility", 0, 0.6, -0.7},
	{"cardBroken", "payment|transaction|purchase|newCard", -0.8, 0.8, -0.5},
	{"problem|forgot|forgetting|error", "pin|login", 0, 1, -0.5},
	{"problem|incident", "registration", 0, 1, -0.4},
	{"problem|incident", "login|software|device|network|connect|identity|integration|server|performance", 0, 0.7, -0.3},
	{"problem", "card", 0, 0.6, -0.3},
	{"problem|notWorking", "newCard", 0, 0.8, -0.8},
	{"notWorking", "card|device|software|network|identity", 0, 0.6, -0.4},
	{"incident", "marketing|advice|topic|travel|document|feature|plan|people|loyalty|integration", 0, 0.6, -0.5},
	{"problem", "marketing|topic|feature", 0, 0.4, -0.4},

	// Asking about money is about money.
	{"info|asking|advice", "billingTopic|paymentMethod|invoice|fee|charge|payment|refund", 0.4, 0, -0.8},
	{"info|asking|advice", "cancellationFee|exchangeRate|discount|tax", 0.4, 0, -0.8},
	{"info", "price", 0.4, 0, -0.5},
	{"place|travel|insurance|address", "fee|charge|billingTopic|paymentMethod|exchangeRate|autopay|invoice", 0.3, 0, -0.9},
	{"appointment", "payment|loanPayment|autopay", 0.5, 0, -1.8},
	{"apply|newCard|card", "payment|loanPayment|autopay|paymentMethod|fee", 0.2, 0, -0.5},
	{"order|delivery|returnGoods|openAccount|insurance|plan", "refund|charge|doubleCharge|billIssue|invoice", 0.4, 0, -0.9},
	{"order|delivery|returnGoods|openAccount|insurance|plan", "autopay|billingTopic|exchangeRate|unrecognised|dispute", 0.4, 0, -0.9},
	{"cancel", "charge|autopay|invoice|refund|fee|payment|cancellationFee", 0.4, 0, -0.6},
	{"support", "payment|money|transaction|exchangeRate", -0.8, 0, 0.3},

	{"change", "password|login", 0, 0.3, -0.2},
	{"change", "paymentMethod|autopay|billingTopic", 0.4, 0, -0.3},

	// Asking about technology is not a failure of it.
	{"asking|info|advice|whichSoftware|feature", "software|server|device|network|password|sync|media|spam|connect", 0, -0.5, 0.4},
	{"info|advice|quote", "server|integration|security|software|device|network|configure", 0, -0.4, 0.4},
}
