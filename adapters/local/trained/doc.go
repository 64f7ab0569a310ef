// Package trained learns from a help desk's own labelled tickets what the built-in lexicon does not know of them.
//
// The model is a multinomial logistic regression on hashed n-grams of words and of characters (the hashing trick: Weinberger et al.
// 2009), weighted by tf-idf and fitted by stochastic gradient descent on the L2-regularised log loss (Bottou, Large-Scale Machine
// Learning with Stochastic Gradient Descent, 2010). It starts from a share of the built-in scores, so that it learns where those are
// wrong. Such a model is very good at tickets like those it has seen, bad at others, and does not know which is which. So two blends of
// it with the built-in scores are fitted to tickets that it did not see (stacking: Wolpert 1992): one at home, by folds that keep
// near-duplicates together, and one abroad, by leaving out whole sources, in which the built-in scores decide and the model only tips the
// scales. How much of a ticket's words, pairs and triples of words nobody has seen before decides between the two.
package trained
