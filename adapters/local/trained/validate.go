package trained

import "ticketd/domain"

// validate judges every ticket by blends that were fitted without its fold or its source.
func (t *training) validate() (Validation, error) {
	v := Validation{}
	for _, e := range t.examples {
		v.BuiltIn = append(v.BuiltIn, e.builtIn.verdict)
	}
	var err error
	if v.InDomain, err = t.judge(t.inDomain, t.folds, t.options.Folds); err != nil {
		return v, err
	}
	if t.nParts > 0 {
		v.OutOfDomain, err = t.judge(t.outOfDomain, t.parts, t.nParts)
	}
	return v, err
}

func (t *training) judge(held []heldOut, parts []int, n int) ([]domain.Verdict, error) {
	verdicts := make([]domain.Verdict, len(held))
	for part := range n {
		b := fitBlends(excluding(t.inDomain, parts, part), excluding(t.outOfDomain, parts, part))
		for i, tr := range held {
			if parts[i] != part {
				continue
			}
			var err error
			if verdicts[i], err = b.judge(tr.logits, tr.example.builtIn, t.priority); err != nil {
				return nil, err
			}
		}
	}
	return verdicts, nil
}

func excluding(held []heldOut, parts []int, part int) []heldOut {
	var rest []heldOut
	for i, t := range held {
		if parts[i] != part {
			rest = append(rest, t)
		}
	}
	return rest
}
