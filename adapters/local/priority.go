package local

// Labels of priority are weak wherever they were measured, also those that people gave: the best models are right in every
// second case. So the confidence stays near that.
const (
	urgencyHigh = 2
	urgencyLow  = -1.2

	leastPriorityChance = 0.40
	mostPriorityChance  = 0.55
	chancePerUrgency    = 0.02
)

// priorityOf places the urgency of a ticket on the scale.
func priorityOf(urgency float64) (priority int, chance float64) {
	switch {
	case urgency >= urgencyHigh:
		return high, priorityChance(urgency - urgencyHigh)
	case urgency <= urgencyLow:
		return low, priorityChance(urgencyLow - urgency)
	}
	return medium, leastPriorityChance
}

func priorityChance(beyond float64) float64 {
	return min(leastPriorityChance+chancePerUrgency*beyond, mostPriorityChance)
}
