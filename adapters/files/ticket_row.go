package files

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"

	"ticketd/domain"
	"ticketd/ports"
)

// The fields of a new ticket that a column or a name of a JSON object may mean.
const (
	meansTitle        = "title"
	meansDescription  = "description"
	meansCreator      = "createdBy"
	meansExternalID   = "external_id"
	meansID           = "id"
	meansCreatedAt    = "created_at"
	meansStatus       = "status"
	meansCategory     = "category"
	meansPriority     = "priority"
	meansAIStatus     = "ai_status" // this and the next two are in our own exports
	meansClassifiedBy = "classified_by"
	meansReview       = "review"
)

var (
	usedMeanings = []string{meansTitle, meansDescription, meansCreator, meansExternalID, meansID}
	keptMeanings = slices.Concat([]string{meansCreatedAt, meansStatus, meansCategory, meansPriority},
		origins) // with --keep
	// origins say whose the labels are.
	origins = []string{meansAIStatus, meansClassifiedBy, meansReview}
)

func isMeaning(name string) bool {
	return slices.Contains(usedMeanings, name) || slices.Contains(keptMeanings, name)
}

// importRow checks only what a file can have wrong. The domain checks the text.
func (f *Tickets) importRow(row Row, times *timeReader) ports.ImportRow {
	var bad domain.FieldErrors
	get := func(name string) string {
		text, err := row.Text(name)
		if err != nil {
			bad.Add(name, "must be a string")
		}
		return text
	}
	r := ports.ImportRow{Line: row.Line(), Title: get(meansTitle), Description: get(meansDescription)}
	r.ID = cmp.Or(get(meansExternalID), get(meansID))
	if creator := get(meansCreator); creator != "" {
		id, err := userID(creator)
		if err != nil {
			bad.Add(meansCreator, err.Error())
		}
		r.CreatedBy = &id
	}
	if f.options.Keep {
		r.Kept = f.kept(get, times, &bad)
	}
	if err := bad.Err(); err != nil {
		return ports.ImportRow{Line: row.Line(), Bad: plain(err)}
	}
	if isHTML(r.Description) {
		f.readHTML(row, &r)
	}
	if f.options.Fit {
		r.Title, r.Description, r.Fitted = fit(r.Title, r.Description)
	}
	return r
}

func (f *Tickets) readHTML(row Row, r *ports.ImportRow) {
	head := f.mapping.find(row.layout.names).head
	foreign := head.known() && head.name != ownExport
	if f.options.HTML == HTMLAsText || f.options.HTML == "" && foreign {
		r.Description = htmlText(r.Description)
		f.found.html++
		return
	}
	if f.options.HTML == "" && !head.known() {
		f.found.tags++
	}
}

var wholeNumber = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)

func userID(text string) (domain.UserID, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !wholeNumber.MatchString(text) {
		return 0, errors.New("must be a positive whole number")
	}
	return domain.UserID(id), nil
}
