// Package demo fills an empty store with made-up tickets and with what people did about them, so that a first
// look is not one at an empty program. The verdicts are the classifier's own, and people judge them by the
// labels that stand beside each ticket.
package demo
