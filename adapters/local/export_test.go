package local

import "ticketd/adapters/local/lexicon"

// Compile does what the first New does.
func Compile() error {
	lex, err := lexicon.Parse(lexicon.BuiltIn())
	if err == nil {
		compile(lex)
	}
	return err
}
