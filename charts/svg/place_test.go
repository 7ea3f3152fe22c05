package svg

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// alphabet mixes scripts, widths and what strangers send.
var alphabet = []string{
	"噪音", "扰民", "物业", "地下", "车库", "办理", "效率", "〇", "㎡", "Ａ", "app", "WiFi", "5G",
	"W", "i", " ", "e\u0301", "ئۇيغۇر", "བོད", "😀", "<b>", "&", "\"", "'", "\u202e", "\x00", "\xff",
}

func randomWords(r *rand.Rand) []Word {
	words := make([]Word, r.IntN(120))
	for i := range words {
		var b strings.Builder
		for range 1 + r.IntN(6) {
			b.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		if r.IntN(20) == 0 {
			b.WriteString(strings.Repeat("长", 200))
		}
		words[i] = Word{Text: b.String(), Weight: r.ExpFloat64()*10 - 0.5, Tone: Tone(r.IntN(3) - 1)}
	}
	return words
}

// checkPlaces fails when boxes overlap or leave the picture.
func checkPlaces(t *testing.T, placed []Placed, w, h float64) {
	t.Helper()
	for i, p := range placed {
		if p.X < 0 || p.Y < 0 || p.X+p.W > w || p.Y+p.H > h {
			t.Fatalf("%q at (%.1f,%.1f) %.1f×%.1f leaves the box %.0f×%.0f", p.Shown, p.X, p.Y, p.W, p.H, w, h)
		}
		if p.Size < smallest {
			t.Fatalf("%q is drawn at %.1f, under the smallest readable size", p.Shown, p.Size)
		}
		for _, q := range placed[:i] {
			if p.X < q.X+q.W && q.X < p.X+p.W && p.Y < q.Y+q.H && q.Y < p.Y+p.H {
				t.Fatalf("%q and %q overlap", p.Shown, q.Shown)
			}
		}
	}
}

func TestPlaceNeverOverlaps(t *testing.T) {
	for n := range 60 {
		r := rand.New(rand.NewPCG(uint64(n), 7))
		w, h := 60+r.Float64()*900, 40+r.Float64()*600
		checkPlaces(t, Place(randomWords(r), w, h), w, h)
	}
}

func FuzzPlace(f *testing.F) {
	f.Add("噪音扰民|物业|地下车库|app", 5.0, 700.0, 300.0)
	f.Add("<script>|\"|'|\x00", 0.1, 300.0, 300.0)
	f.Fuzz(func(t *testing.T, text string, weight, w, h float64) {
		if !(w > 0 && w < 1500 && h > 0 && h < 1000) || len(text) > 2000 {
			t.Skip()
		}
		var words []Word
		for i, s := range strings.Split(text, "|") {
			words = append(words, Word{Text: s, Weight: weight / float64(i+1)})
		}
		checkPlaces(t, Place(words, w, h), w, h)
	})
}

func TestPlaceDependsOnContentOnly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := randomWords(r)
	words = slices.CompactFunc(words, func(a, b Word) bool { return a.Text == b.Text })
	first := Place(words, 700, 300)
	r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	if second := Place(words, 700, 300); !reflect.DeepEqual(first, second) {
		t.Error("the order of the words changed the picture")
	}
}

func TestPlaceSizesFollowWeights(t *testing.T) {
	var words []Word
	for i := range 40 {
		words = append(words, Word{Text: fmt.Sprintf("词语%02d", i), Weight: float64(100 - i)})
	}
	placed := Place(words, 720, 300)
	if len(placed) != len(words) {
		t.Fatalf("%d of %d words placed in a box with room for all", len(placed), len(words))
	}
	for i := 1; i < len(placed); i++ {
		if placed[i].Size > placed[i-1].Size {
			t.Fatalf("%s (weight %.0f) is larger than %s (weight %.0f)",
				placed[i].Text, placed[i].Weight, placed[i-1].Text, placed[i-1].Weight)
		}
	}
	if placed[0].Size < 2*placed[len(placed)-1].Size {
		t.Errorf("sizes %.1f … %.1f hardly differ", placed[0].Size, placed[len(placed)-1].Size)
	}
}

// A crowded box loses its lightest words, never its heaviest.
func TestPlaceCrowdedKeepsTheHeaviest(t *testing.T) {
	var words []Word
	for i := range 200 {
		words = append(words, Word{Text: fmt.Sprintf("热点词语%03d", i), Weight: float64(1000 - i)})
	}
	placed := Place(words, 260, 120)
	checkPlaces(t, placed, 260, 120)
	if len(placed) == 0 || len(placed) == len(words) {
		t.Fatalf("%d of %d words placed", len(placed), len(words))
	}
	if placed[0].Text != "热点词语000" {
		t.Errorf("the heaviest word is missing; first is %s", placed[0].Text)
	}
}

func TestWidth(t *testing.T) {
	for _, c := range []struct {
		s    string
		want float64
	}{
		{"噪音扰民", 40}, {"", 0}, {"ＡＢ", 20}, {"“满意”", 40}, {"ﾊﾝ", 10}, {"iiii", 8.88}, {"é", 7.5}, {"e\u0301", 5.56},
	} {
		if got := Width(c.s, 10, false); got < c.want-0.01 || got > c.want+0.01 {
			t.Errorf("Width(%q) = %.2f, want %.2f", c.s, got, c.want)
		}
	}
}

func TestClip(t *testing.T) {
	for s, want := range map[string]string{"地下车库": "地下车库", "地下车库漏水问题": "地下车库漏…", "": ""} {
		if got := Clip(s, 6); got != want {
			t.Errorf("Clip(%q, 6) = %q, want %q", s, got, want)
		}
	}
}

func BenchmarkPlace60(b *testing.B) {
	var words []Word
	for i := range 60 {
		words = append(words, Word{Text: fmt.Sprintf("热点词语%02d", i), Weight: 100 / float64(i+1)})
	}
	for b.Loop() {
		Place(words, 720, 320)
	}
}
