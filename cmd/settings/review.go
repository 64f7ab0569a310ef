package settings

import "ticketd/domain"

func (raw RawReview) parse(r *reader) domain.ReviewPolicy {
	return domain.ReviewPolicy{
		Threshold: r.fraction("REVIEW_THRESHOLD", raw.Threshold),
		AuditRate: r.fraction("AUDIT_RATE", raw.AuditRate),
	}
}
