// Package local classifies tickets without network: domain.Classifier over a weighted lexicon.
//
// A text becomes tokens (folded case and accents, articles left out, misspelt words put right), the tokens become cues, the
// cues concepts ("refund", "login", "outage"), and each concept speaks for or against the categories with a weight that a
// person chose. Pairs of concepts in one sentence correct what each says alone: a problem with a payment is not technical. The scores
// become a probability that is bent to what was measured on sources that the lexicon was not written for.
//
// No weight is fitted to anybody's data. Signals is the way in for models that are: they learn what the lexicon does not know
// about one help desk.
package local
