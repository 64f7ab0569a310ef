package traffic

import "strconv"

// Walk is a stream that asks for a page behind an offset and then for what follows, page by page.
type Walk struct {
	page  Page
	found []Page
}

// NewWalk begins behind an offset, where the ticket with the number first stands and the others follow
// without a gap.
func NewWalk(offset int, first int64) *Walk {
	return &Walk{page: Page{Query: "offset=" + strconv.Itoa(offset), First: first}}
}

// Pages are those behind the first one that were seen, by their cursors.
func (w *Walk) Pages() []Page { return w.found }

// Next implements load.Stream.
func (w *Walk) Next(buf []byte) []byte {
	return get(buf, "/tickets?limit="+strconv.Itoa(PageSize)+"&"+w.page.Query)
}

// Check implements load.Stream.
func (w *Walk) Check(status int, body []byte) error {
	if err := wantStatus(200, status, body); err != nil {
		return err
	}
	if err := w.page.check(body); err != nil {
		return err
	}
	cursor, err := nextCursor(body)
	if err != nil {
		return err
	}
	w.page = Page{Query: "cursor=" + cursor, First: w.page.First - PageSize}
	w.found = append(w.found, w.page)
	return nil
}
