package domain

// AdminName is the exact name of the user who owns every new ticket as long as they exist.
const AdminName = "admin"

// Creators are the candidates for a new ticket's creator.
type Creators struct {
	Admin     *UserID // the oldest user named AdminName, if there is one
	Requested *UserID // the user the request names, if they exist
}

// creator applies the admin-creator rule to the user that the request names. An unknown user is invalid only
// if there is no admin: an admin owns the ticket whoever the request names.
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

// WithCreator returns the new ticket t with the admin-creator rule applied again, since users come and go
// before t is stored. The classification stays. A requested user who is gone is KindInvalid, as in NewTicket.
func (t Ticket) WithCreator(requested *UserID, known Creators) (Ticket, error) {
	var bad FieldErrors
	t.creator = known.creator(requested, &bad)
	return t, bad.Err()
}
