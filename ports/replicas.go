package ports

// ReplicaMeter counts what replicas of the store answer, for operators, as a Meter does.
type ReplicaMeter interface {
	// Read: a read that a replica may answer was answered.
	Read(by ReadBy)
	// Replica: the named replica was looked at. It lacks lag bytes of the primary's log; reads go to it if used.
	Replica(name string, used bool, lag int64)
}

// ReadBy is who answered a read, and why that was not a replica.
type ReadBy string

// The ways of a read. All but the first end at the primary.
const (
	ByReplica ReadBy = "replica"
	// PrimarySilent: the primary did not tell how far it is.
	PrimarySilent ReadBy = "primary_silent"
	// ReplicaAway: every replica is out of reach or does not answer.
	ReplicaAway ReadBy = "away"
	// ReplicaBehind: it has not replayed yet what the primary had written when the read came.
	ReplicaBehind ReadBy = "behind"
	// ReplicaUnfit: it does not follow the primary: a primary itself, another cluster, another timeline.
	ReplicaUnfit ReadBy = "unfit"
	// ReadConflicted: what it replayed cancelled the read.
	ReadConflicted ReadBy = "conflict"
	// ReadFailed: anything else.
	ReadFailed ReadBy = "failed"
)

// ReadsBy returns every way of a read.
func ReadsBy() []ReadBy {
	return []ReadBy{
		ByReplica, PrimarySilent, ReplicaAway, ReplicaBehind, ReplicaUnfit, ReadConflicted, ReadFailed,
	}
}
