package files

import (
	"fmt"
	"strings"

	"ticketd/domain"
	"ticketd/ports"
)

// noValue is what Zendesk writes into an empty cell.
const noValue = "-"

// kept reads what an old ticket brings along. A category that is none of ours is no label, nor is a
// fallback's or a classifier's that no person confirmed, since a label that is kept is a person's word; any
// other word that nobody knows is wrong.
func (f *Tickets) kept(get func(string) string, times *timeReader, bad *domain.FieldErrors) ports.Kept {
	var k ports.Kept
	cell := get
	get = func(name string) string {
		if text := cell(name); strings.TrimSpace(text) != noValue {
			return text
		}
		return ""
	}
	if text := get(meansCreatedAt); text != "" {
		at, err := times.read(text)
		if err != nil {
			bad.Add(meansCreatedAt, err.Error())
		}
		k.CreatedAt = at
	}
	k.Status = keptWord(f.values, meansStatus, get(meansStatus), domain.ParseStatus, bad)
	if theirs := get(meansCategory); theirs != "" {
		category, err := domain.ParseCategory(f.values.ours(meansCategory, theirs))
		if err != nil {
			f.found.unknownCategory(theirs)
		}
		k.Category = category
	}
	if f.isMachine(get) {
		k.Category = domain.Category{}
		return k
	}
	k.Priority = keptWord(f.values, meansPriority, get(meansPriority), domain.ParsePriority, bad)
	return k
}

// isMachine reports whether no person stands behind the labels of a row of our own export, and counts a
// classifier's.
func (f *Tickets) isMachine(get func(string) string) bool {
	if get(meansAIStatus) == domain.AIStatusFallback.String() {
		return true
	}
	by := get(meansClassifiedBy)
	machine := (by == domain.SourceModel.String() || by == domain.SourceLocal.String()) && get(meansReview) == ""
	if machine {
		f.found.machine++
	}
	return machine
}

func keptWord[T any](
	v values, field, theirs string, parse func(string) (T, error), bad *domain.FieldErrors,
) (kept T) {
	if theirs == "" {
		return kept
	}
	kept, err := parse(v.ours(field, theirs))
	if err != nil {
		bad.Add(
			field,
			fmt.Sprintf(
				"%.40q is unknown: --value %s… says which word of ours it is", theirs, quoted(field+":"+theirs+"="),
			),
		)
	}
	return kept
}
