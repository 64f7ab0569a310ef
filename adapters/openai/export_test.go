package openai

// Calls returns a call without some parameters as it is sent, and as openai-go writes it.
func (c *Classifier) Calls(title, description string, without uint32) (sent, written []byte, err error) {
	f, t := form{without: parameter(without), budget: usualBudget}, ticket{title, description}
	if sent, err = c.call(f, t); err != nil {
		return nil, nil, err
	}
	written, err = c.params(t.userMessage(), f).MarshalJSON()
	return sent, written, err
}

// AllParameters has a bit for every parameter that may be rejected.
const AllParameters = uint32(paramSystemRole<<1 - 1)
