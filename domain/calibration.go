package domain

// ConfidenceBins is how many equal parts the range of confidence is cut into.
const ConfidenceBins = 10

// BinEnd is the upper end of part i, which it belongs to.
func BinEnd(i int) float64 { return float64(i+1) / ConfidenceBins }

// ConfidenceBin says which part a confidence lies in, from 0: above the end of the part before, and up to its own. 0 is in the first.
func ConfidenceBin(confidence float64) int {
	for i := range ConfidenceBins {
		if confidence <= BinEnd(i) {
			return i
		}
	}
	return ConfidenceBins - 1
}
