// Package domain holds the rules of support tickets: what a ticket and a user are, who becomes a ticket's
// creator, how a ticket gets its labels and when a classification may still change them. It imports the
// standard library only.
package domain
