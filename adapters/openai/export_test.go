package openai

import "ticketd/domain"

// ReadAnswer is the way of a server's document to a verdict, for the fuzzer.
func ReadAnswer(body []byte) (domain.Answer, error) { return readAnswer(domain.Answer{}, body) }
