package evaluation_test

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/app/evaluation"
)

var abc = []string{"a", "b", "c"}

func judgements(pairs ...string) []evaluation.Judgement {
	var js []evaluation.Judgement
	for i, p := range pairs {
		js = append(js, evaluation.Judgement{
			Right: p[:1], Predicted: p[1:], Confidence: new(float64(i+1) / float64(len(pairs))),
		})
	}
	return js
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	f := evaluation.Measure(abc, judgements("aa", "aa", "ab", "ba", "bb", "cc"), 6)

	t.Run("accuracy is the share of right labels", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 6, f.N)
		require.InDelta(t, 4.0/6, f.Accuracy, 1e-12)
	})
	t.Run("the matrix counts by right label and given label", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, [][]int{{2, 1, 0}, {1, 1, 0}, {0, 0, 1}}, f.Confusion.Counts)
	})
	t.Run("precision, recall and F1 are those of each label", func(t *testing.T) {
		t.Parallel()
		a := f.Classes[0]
		require.Equal(t, 3, a.Right)
		require.InDelta(t, 2.0/3, a.Precision, 1e-12)
		require.InDelta(t, 2.0/3, a.Recall, 1e-12)
		require.InDelta(t, 0.5, f.Classes[1].F1, 1e-12)
		require.InDelta(t, (2.0/3+0.5+1)/3, f.MacroF1, 1e-12)
	})
	t.Run("a label that is never right does not count in macro-F1", func(t *testing.T) {
		t.Parallel()
		f := evaluation.Measure(abc, judgements("aa", "ac", "bb"), 3)
		require.InDelta(t, (2.0/3+1)/2, f.MacroF1, 1e-12)
	})
	t.Run("without judgements all figures are 0 and none is NaN", func(t *testing.T) {
		t.Parallel()
		f := evaluation.Measure(abc, nil, 0)
		require.Zero(t, f.N)
		require.Zero(t, f.Accuracy+f.MacroF1+f.Calibration.ECE+f.Coverage.Share)
	})
}

func calibrate(js []evaluation.Judgement) evaluation.Calibration {
	return evaluation.Calibrate(evaluation.Groups(js))
}

func TestCalibrate(t *testing.T) {
	t.Parallel()
	sure := func(confidence float64, right, wrong int) []evaluation.Judgement {
		var js []evaluation.Judgement
		for i := range right + wrong {
			predicted := "a"
			if i >= right {
				predicted = "b"
			}
			js = append(js, evaluation.Judgement{Right: "a", Predicted: predicted, Confidence: new(confidence)})
		}
		return js
	}
	t.Run("a claim that is right as often as it says has no error", func(t *testing.T) {
		t.Parallel()
		require.InDelta(t, 0, calibrate(append(sure(0.75, 3, 1), sure(0.5, 2, 2)...)).ECE, 1e-12)
	})
	t.Run("the gaps are weighted by their tickets", func(t *testing.T) {
		t.Parallel()
		c := calibrate(append(sure(0.9, 1, 3), sure(0.3, 1, 0)...))
		require.InDelta(t, 0.8*0.65+0.2*0.7, c.ECE, 1e-12)
		require.Len(t, c.Bins, 10)
		require.Equal(t, 4, c.Bins[8].N)
		require.Equal(t, 1, c.Bins[2].N)
	})
	t.Run("labels without a confidence count in accuracy, and in nothing about confidence", func(t *testing.T) {
		t.Parallel()
		known := sure(0.9, 1, 3)
		mixed := append([]evaluation.Judgement{
			{Right: "a", Predicted: "a"}, {Right: "a", Predicted: "b"}, {Right: "a", Predicted: "a"},
		}, known...)
		c := calibrate(mixed)
		require.Equal(t, calibrate(known), c)
		require.Equal(t, 4, c.N)
		f := evaluation.Measure(abc, mixed, 10)
		require.Equal(t, []int{7, 3}, []int{f.N, f.Unknown()})
		require.InDelta(t, 3.0/7, f.Accuracy, 1e-12)
		require.Equal(t, [][]int{{3, 4, 0}, {0, 0, 0}, {0, 0, 0}}, f.Confusion.Counts)
		require.Equal(t, 4, f.Summary().Calibrated)
	})
	t.Run("both ends of the range are in it", func(t *testing.T) {
		t.Parallel()
		c := calibrate(append(sure(0, 1, 0), sure(1, 1, 0)...))
		require.Equal(t, 1, c.Bins[0].N)
		require.Equal(t, 1, c.Bins[9].N)
	})
}

func TestGroupsOfEqualJudgementsGiveTheSameFigures(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		single := evaluation.Groups(rapid.SliceOfN(rapid.Custom(judgement), 0, 60).Draw(t, "judgements"))
		type key struct {
			right, predicted string
			known            bool
			bin              int
		}
		merged := map[key]evaluation.Group{}
		for _, g := range single {
			k := key{g.Right, g.Predicted, g.Known, g.Bin}
			sum := merged[k]
			g.N, g.Confidence = g.N+sum.N, g.Confidence+sum.Confidence
			merged[k] = g
		}
		groups := slices.Collect(maps.Values(merged))
		require.Equal(t, evaluation.NewConfusion(abc, single), evaluation.NewConfusion(abc, groups))
		wantAccuracy, wantN := evaluation.Accuracy(single)
		accuracy, n := evaluation.Accuracy(groups)
		require.Equal(t, wantN, n)
		require.InDelta(t, wantAccuracy, accuracy, 1e-12)
		want, got := evaluation.Calibrate(single), evaluation.Calibrate(groups)
		require.Equal(t, want.N, got.N)
		require.InDelta(t, want.ECE, got.ECE, 1e-12)
		for i, b := range want.Bins {
			require.Equal(t, b.N, got.Bins[i].N)
			require.InDelta(t, b.Confidence, got.Bins[i].Confidence, 1e-12)
			require.InDelta(t, b.Accuracy, got.Bins[i].Accuracy, 1e-12)
		}
	})
}

// judgement draws one; a fifth of them have no confidence.
func judgement(t *rapid.T) evaluation.Judgement {
	j := evaluation.Judgement{
		Right: rapid.SampledFrom(abc).Draw(t, "right"), Predicted: rapid.SampledFrom(abc).Draw(t, "predicted"),
	}
	if c := rapid.IntRange(-5, 20).Draw(t, "confidence, unknown below 0"); c >= 0 {
		j.Confidence = new(float64(c) / 20)
	}
	return j
}

func TestCover(t *testing.T) {
	t.Parallel()
	at := func(confidence float64, right bool) evaluation.Judgement {
		j := evaluation.Judgement{Right: "a", Predicted: "b", Confidence: new(confidence)}
		if right {
			j.Predicted = "a"
		}
		return j
	}
	t.Run("it takes the most confident as long as enough of them are right", func(t *testing.T) {
		t.Parallel()
		c := evaluation.Cover([]evaluation.Judgement{
			at(0.2, false), at(0.9, true), at(0.8, true), at(0.7, false), at(0.6, true),
		}, 5, 0.75)
		require.InDelta(t, 0.8, c.Share, 1e-12)
		require.InDelta(t, 0.6, c.Threshold, 1e-12)
	})
	t.Run("tickets of one confidence are taken together or not at all", func(t *testing.T) {
		t.Parallel()
		c := evaluation.Cover([]evaluation.Judgement{at(0.9, true), at(0.5, true), at(0.5, false)}, 3, 0.9)
		require.InDelta(t, 1.0/3, c.Share, 1e-12)
	})
	t.Run("tickets without a judgement cannot be taken", func(t *testing.T) {
		t.Parallel()
		c := evaluation.Cover([]evaluation.Judgement{at(0.9, true)}, 10, 0.9)
		require.InDelta(t, 0.1, c.Share, 1e-12)
		require.InDelta(t, 0.9, c.Threshold, 1e-12)
	})
	t.Run("nor can tickets whose confidence nobody knows, right or wrong", func(t *testing.T) {
		t.Parallel()
		c := evaluation.Cover([]evaluation.Judgement{
			{Right: "a", Predicted: "a"}, at(0.9, true), {Right: "a", Predicted: "b"},
		}, 4, 0.9)
		require.InDelta(t, 0.25, c.Share, 1e-12)
		require.InDelta(t, 0.9, c.Threshold, 1e-12)
	})
	t.Run("if none can be taken the threshold is out of reach", func(t *testing.T) {
		t.Parallel()
		c := evaluation.Cover([]evaluation.Judgement{at(0.9, false)}, 1, 0.9)
		require.Zero(t, c.Share)
		require.InDelta(t, 1, c.Threshold, 1e-12)
	})
}

// TestMeasure_AgreesWithBruteForce computes everything again in the most stupid way.
func TestMeasure_AgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		js := rapid.SliceOfN(rapid.Custom(judgement), 1, 60).Draw(t, "judgements")
		all := len(js) + rapid.IntRange(0, 20).Draw(t, "fallbacks")
		f := evaluation.Measure(abc, js, all)
		right, best := 0, 0.0
		for _, j := range js {
			if j.Right == j.Predicted {
				right++
			}
			if j.Confidence == nil {
				continue
			}
			n, hit := 0, 0
			for _, k := range js {
				if k.Confidence != nil && *k.Confidence >= *j.Confidence {
					n++
					if k.Right == k.Predicted {
						hit++
					}
				}
			}
			if float64(hit) >= 0.9*float64(n) {
				best = max(best, float64(n)/float64(all))
			}
		}
		if math.Abs(f.Accuracy-float64(right)/float64(len(js))) > 1e-12 || math.Abs(f.Coverage.Share-best) > 1e-12 {
			t.Fatalf("accuracy %v of %d/%d, coverage %v, not %v", f.Accuracy, right, len(js), f.Coverage.Share, best)
		}
		if f.Calibration.ECE < 0 || f.Calibration.ECE > 1 || f.MacroF1 < 0 || f.MacroF1 > 1 {
			t.Fatalf("out of range: %+v", f)
		}
	})
}
