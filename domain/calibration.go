package domain

// ConfidenceBins is the number of equal bins that divide the range of confidence, 0 to 1.
const ConfidenceBins = 10

// BinEnd returns the upper bound of bin i, which belongs to the bin.
func BinEnd(i int) float64 { return float64(i+1) / ConfidenceBins }

// ConfidenceBin returns the index of the bin that holds confidence. Bins are (lower, upper]; bin 0 includes
// 0.
func ConfidenceBin(confidence float64) int {
	for i := range ConfidenceBins {
		if confidence <= BinEnd(i) {
			return i
		}
	}
	return ConfidenceBins - 1
}
