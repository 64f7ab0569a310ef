package openai

// Calls gives the call for a message without some parameters as it is sent, and as openai-go writes it.
func (c *Classifier) Calls(message string, without uint32) (sent, written []byte, err error) {
	f := form{without: parameter(without), budget: usualBudget}
	t, err := c.template(f)
	if err != nil {
		return nil, nil, err
	}
	written, err = c.params(message, f).MarshalJSON()
	return t.of(message), written, err
}

// AllParameters has a bit for every parameter that may be rejected.
const AllParameters = uint32(paramSystemRole<<1 - 1)
