package settings

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// reader checks values one by one and remembers every complaint, each under its variable's name and without
// the value where that may be secret.
type reader struct{ errs []error }

func (r *reader) complain(name, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s %s", name, fmt.Sprintf(format, args...)))
}

func (r *reader) number(name, text string, low, high int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		r.complain(name, "must be a whole number from %d to %d, not %q", low, high, text)
	}
	return n
}

// fraction also refuses "NaN".
func (r *reader) fraction(name, text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		r.complain(name, "must be a number from 0 to 1, not %q", text)
	}
	return f
}

func (r *reader) millis(name, text string, low, high int) time.Duration {
	return time.Duration(r.number(name, text, low, high)) * time.Millisecond
}

func (r *reader) boolean(name, text string) bool {
	switch strings.ToLower(text) {
	case "true", "1", "yes", "on":
		return true
	case "false", "0", "no", "off":
		return false
	}
	r.complain(name, "must be true or false, not %q", text)
	return false
}

// networks reads addresses and networks.
func (r *reader) networks(name, list string) []netip.Prefix {
	var found []netip.Prefix
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if address, err := netip.ParseAddr(item); err == nil && address.Zone() == "" { // a zone would swallow "/64"
			found = append(found, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(item)
		if err != nil {
			r.complain(name,
				"must be addresses or networks such as 10.0.0.0/8, with commas between them, not %q", item)
			continue
		}
		found = append(found, network.Masked())
	}
	return found
}

func (r *reader) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return fmt.Errorf("settings:\n  %w", errors.Join(indent(r.errs)...))
}

func indent(errs []error) []error {
	for i := 1; i < len(errs); i++ {
		errs[i] = fmt.Errorf("  %w", errs[i])
	}
	return errs
}
