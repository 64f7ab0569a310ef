package domain

import "strings"

// Category is the subject area a ticket belongs to. The zero value means "not classified yet".
type Category struct{ slug string }

// The categories.
var (
	CategoryBilling   = Category{"billing"}
	CategoryTechnical = Category{"technical"}
	CategoryGeneral   = Category{"general"}
)

// Categories returns the categories in display order.
func Categories() []Category { return []Category{CategoryBilling, CategoryTechnical, CategoryGeneral} }

// ParseCategory returns the category with the slug s; an unknown slug is KindInvalid, field "category".
func ParseCategory(s string) (Category, error) { return parseLabel("category", s, Categories()) }

func (c Category) String() string { return c.slug }

// IsZero reports whether there is no category yet.
func (c Category) IsZero() bool { return c.slug == "" }

// Priority is how urgent a ticket is. The zero value means "not classified yet".
type Priority struct{ slug string }

// The priorities.
var (
	PriorityLow    = Priority{"low"}
	PriorityMedium = Priority{"medium"}
	PriorityHigh   = Priority{"high"}
)

// Priorities returns the priorities in ascending order of urgency.
func Priorities() []Priority { return []Priority{PriorityLow, PriorityMedium, PriorityHigh} }

// ParsePriority returns the priority with the slug s; an unknown slug is KindInvalid, field "priority".
func ParsePriority(s string) (Priority, error) { return parseLabel("priority", s, Priorities()) }

func (p Priority) String() string { return p.slug }

// IsZero reports whether there is no priority yet.
func (p Priority) IsZero() bool { return p.slug == "" }

// Status tells whether people still work on a ticket. The zero value is no status.
type Status struct{ slug string }

// The statuses.
var (
	StatusOpen   = Status{"open"}
	StatusClosed = Status{"closed"}
)

// Statuses returns the statuses in the order of a ticket's life.
func Statuses() []Status { return []Status{StatusOpen, StatusClosed} }

// ParseStatus returns the status with the slug s; an unknown slug is KindInvalid, field "status".
func ParseStatus(s string) (Status, error) { return parseLabel("status", s, Statuses()) }

func (s Status) String() string { return s.slug }

// AIStatus is the stage of a ticket's classification. The zero value is no status.
type AIStatus struct{ slug string }

// The classification statuses.
var (
	AIStatusPending  = AIStatus{"pending"}  // a classification is under way
	AIStatusDone     = AIStatus{"done"}     // a classifier or a person decided
	AIStatusFallback = AIStatus{"fallback"} // the classifier failed: safe labels, no confidence
)

// AIStatuses returns the stages in the order of a classification's life.
func AIStatuses() []AIStatus { return []AIStatus{AIStatusPending, AIStatusDone, AIStatusFallback} }

// ParseAIStatus returns the status with the slug s; an unknown slug is KindInvalid, field "ai_status".
func ParseAIStatus(s string) (AIStatus, error) { return parseLabel("ai_status", s, AIStatuses()) }

func (s AIStatus) String() string { return s.slug }

// Source is who decided a ticket's labels. The zero value means "nobody yet".
type Source struct{ slug string }

// The sources.
var (
	SourceModel    = Source{"model"}    // a language model
	SourceLocal    = Source{"local"}    // the offline classifier
	SourceFallback = Source{"fallback"} // nobody: the classifier failed
	SourceHuman    = Source{"human"}    // a person
)

// Sources returns the sources from machine to person.
func Sources() []Source { return []Source{SourceModel, SourceLocal, SourceFallback, SourceHuman} }

// ParseSource returns the source with the slug s; an unknown slug is KindInvalid, field "classified_by".
func ParseSource(s string) (Source, error) { return parseLabel("classified_by", s, Sources()) }

func (s Source) String() string { return s.slug }

// IsZero reports whether nobody has decided yet.
func (s Source) IsZero() bool { return s.slug == "" }

func parseLabel[L interface{ String() string }](field, s string, known []L) (L, error) {
	slugs := make([]string, len(known))
	for i, l := range known {
		if slugs[i] = l.String(); slugs[i] == s {
			return l, nil
		}
	}
	var none L
	return none, Invalid(field, "must be one of "+strings.Join(slugs, ", "))
}
