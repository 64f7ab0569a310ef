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

func (t *training) judge(trials []trial, parts []int, n int) ([]domain.Verdict, error) {
	verdicts := make([]domain.Verdict, len(trials))
	for part := range n {
		b := fitBlends(without(t.inDomain, parts, part), without(t.outOfDomain, parts, part))
		for i, tr := range trials {
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

func without(trials []trial, parts []int, part int) []trial {
	var rest []trial
	for i, t := range trials {
		if parts[i] != part {
			rest = append(rest, t)
		}
	}
	return rest
}
