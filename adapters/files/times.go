package files

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// TimeFormat says how the times of a file are read where they do not say it themselves.
type TimeFormat struct {
	Order DateOrder
	Zone  *time.Location // of times without one; nil: UTC
}

// DateOrder is whether 3/4/2026 is a day in April or in March.
type DateOrder string

// The orders, and a count of days since 1900 as Excel has it. Without one such a date is refused.
const (
	DayFirst   DateOrder = "dmy"
	MonthFirst DateOrder = "mdy"
	ExcelDays  DateOrder = "excel"
)

// dates and clocks are the layouts of a date and of the time of a day that may follow it.
var (
	dates = []string{
		"2006-01-02", "2006/01/02", "02.01.2006", "2.1.2006", "02.01.06", // dots: day first
		"02/Jan/06", "2/Jan/06", "02/Jan/2006", "02-Jan-2006", "2-Jan-2006", "2-Jan-06",
		"2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006",
	}
	clocks = []string{
		"",
		" 15:04",
		" 15:04:05",
		" 3:04 PM",
		" 3:04:05 PM",
		" 3:04PM",
		" 3:04:05PM",
		"T15:04:05",
		"T15:04",
	}
	zones = []string{"", " -0700", "-0700", "-07:00", " -07:00", "Z07:00", " MST"}
)

var (
	numericDate = regexp.MustCompile(`^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?:,?\s+(.*))?$`)
	weekday     = regexp.MustCompile(`^(?i)(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+`)
	unixTime    = regexp.MustCompile(`^[1-9][0-9]{9}$`)
	excelDays   = regexp.MustCompile(`^[1-9][0-9]{4}([.,][0-9]+)?$`)
	comment     = regexp.MustCompile(`\s*\([A-Z]{2,5}\)$`) // of a mail's date: … +0000 (UTC)
)

// timeReader reads times, which in a file mostly look alike.
type timeReader struct {
	TimeFormat
	date, rest string // the layout that fitted last
	zoneless   bool   // a time was read that names no zone
}

// read reads a time as the exports of help desks and mail programs write them.
func (f *timeReader) read(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if unixTime.MatchString(text) {
		seconds, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(seconds, 0), err
	}
	if excelDays.MatchString(text) {
		return f.readDays(text)
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	plain := comment.ReplaceAllString(weekday.ReplaceAllString(text, ""), "")
	plain = strings.Join(strings.Fields(strings.ReplaceAll(plain, ",", " ")), " ")
	plain = inEnglish(strings.Replace(plain, " at ", " ", 1))
	if n := numericDate.FindStringSubmatch(plain); n != nil {
		return f.readNumeric(text, n)
	}
	for _, date := range append([]string{f.date}, dates...) {
		if t, ok := f.parse(date, plain); ok {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf(
		"%.40q is no time that is known, such as 2026-03-12 15:04 or 2026-03-12T15:04:05Z",
		text,
	)
}

// parse tries what may follow the date.
func (f *timeReader) parse(date, text string) (time.Time, bool) {
	if date == "" {
		return time.Time{}, false
	}
	if t, ok := f.fits(date, f.rest, text); ok {
		return t, true
	}
	for _, clock := range clocks {
		for _, zone := range zones {
			if t, ok := f.fits(date, clock+zone, text); ok {
				f.date, f.rest = date, clock+zone
				f.zoneless = f.zoneless || zone == ""
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// readDays reads a count of days, to the second, in which Excel's day 1 is the first of 1900, and which has a
// 29 February too many in that year.
func (f *timeReader) readDays(text string) (time.Time, error) {
	if f.Order != ExcelDays {
		return time.Time{}, fmt.Errorf("%.40q may be days since 1900: --dates %s says so", text, ExcelDays)
	}
	days, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	whole, part := math.Modf(days)
	const day = 24 * 60 * 60
	f.zoneless = true
	return time.Date(1899, 12, 30+int(whole), 0, 0, int(math.Round(part*day)), 0, f.zone()), err
}

// zone is that of times which name none.
func (f *timeReader) zone() *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

func (f *timeReader) fits(date, rest, text string) (time.Time, bool) {
	t, err := time.ParseInLocation(date+rest, text, f.zone())
	return t, err == nil && (!strings.HasSuffix(rest, " MST") || knownZone(t))
}

// knownZone reports whether the zone's abbreviation was understood: time.Parse makes up one with offset 0.
func knownZone(t time.Time) bool {
	name, offset := t.Zone()
	return offset != 0 || name == "UTC" || name == "GMT"
}

// readNumeric reads a date of numbers with slashes or dashes, whose order is another in each country.
func (f *timeReader) readNumeric(text string, parts []string) (time.Time, error) {
	first, _ := strconv.Atoi(parts[1]) // the pattern lets digits through only
	second, _ := strconv.Atoi(parts[2])
	order := f.Order
	if order == "" || order == ExcelDays {
		switch {
		case first > 12 && second <= 12, first == second:
			order = DayFirst
		case second > 12 && first <= 12:
			order = MonthFirst
		case first <= 12 && second <= 12:
			return time.Time{}, fmt.Errorf(
				"%.40q may be a day of month %d or of month %d: "+
					"--dates %s (day first) or --dates %s (month first) decides",
				text,
				second,
				first,
				DayFirst,
				MonthFirst,
			)
		}
	}
	layout := "2/1/"
	if order == MonthFirst {
		layout = "1/2/"
	}
	if len(parts[3]) == len("06") {
		layout += "06"
	} else {
		layout += "2006"
	}
	date := fmt.Sprintf("%s/%s/%s", parts[1], parts[2], parts[3])
	t, ok := f.parse(layout, strings.TrimSpace(date+" "+parts[4]))
	if !ok {
		return t, fmt.Errorf("%.40q is no time (%s)", text, order)
	}
	return t, nil
}
