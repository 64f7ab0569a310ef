package domain

// AdminName is the exact name of the user who owns every new ticket as long as he exists.
const AdminName = "admin"

// Creators are the users who come into question as a new ticket's creator.
type Creators struct {
	Admin     *UserID // the oldest user named AdminName, if there is one
	Requested *UserID // the user whom the request names, if he exists
}

// creator applies the admin-creator rule. requested is what the request names; a user who does not exist is invalid only where
// there is no admin, since with one it does not matter whom the request names.
func (c Creators) creator(requested *UserID, bad *FieldErrors) *UserID {
	switch {
	case requested != nil && *requested < 1:
		bad.Add("createdBy", "must be a positive whole number")
		return nil
	case c.Admin != nil:
		return c.Admin
	case requested != nil && c.Requested == nil:
		bad.Add("createdBy", "names a user who does not exist")
		return nil
	default:
		return c.Requested
	}
}

// WithCreator returns a new ticket to which the admin-creator rule is applied again, since users come and go before it is stored. What was decided
// about it stays. A requested user who does not exist any more is KindInvalid, as in NewTicket.
func (t Ticket) WithCreator(requested *UserID, known Creators) (Ticket, error) {
	var bad FieldErrors
	t.creator = known.creator(requested, &bad)
	return t, bad.Err()
}
