package voice

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/testenv"
)

// testDialogue has every form of question: five levels, a condition, a number
// and don't-know.
func testDialogue() minyi.Dialogue {
	five := map[int]int{1: 5, 2: 4, 3: 3, 4: 2, 5: 1}
	return minyi.Dialogue{
		Questionnaire: "case-closed", Version: 1, Language: "zh-CN", Hotline: "清江市12345热线", Day: "2026-03-05", Remark: true,
		Opening: "您好，这里是{hotline}，想就您{date}反映的问题做一个简短回访，大约需要一分钟。愿意参加请按1，不再接听此类回访请按9。",
		Closing: "感谢您的参与，再见。",
		Questions: []minyi.DialogueQuestion{
			{ID: "handling", Text: "您对办理结果是否满意？非常满意请按1，非常不满意请按5。", Keys: five, Required: true},
			{ID: "resolved", Text: "问题是否解决？已解决请按1，没有解决请按2，说不清请按3。", Keys: map[int]int{1: 2, 2: 1, 3: 0}},
			{ID: "again", Text: "您是否又反映过？是请按1，否请按2。", Keys: map[int]int{1: 2, 2: 1}, After: "resolved", Values: []int{1}},
			{ID: "recommend", Text: "您愿意推荐吗？请按0到10，按井号键结束。", Max: 10},
		},
	}
}

func testSpec() *Spec { return NewSpec(testDialogue(), true, DefaultTimes()) }

// TestDialogues plays each script and compares the whole conversation with
// its golden file.
func TestDialogues(t *testing.T) {
	scripts, err := filepath.Glob("testdata/dialogues/*.script")
	if err != nil || len(scripts) < 25 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	for _, path := range scripts {
		name := strings.TrimSuffix(filepath.Base(path), ".script")
		t.Run(name, func(t *testing.T) {
			script, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			testenv.Golden(t, strings.TrimSuffix(path, ".script")+".golden", playScript(t, string(script)))
		})
	}
}

// playScript reads lines of "4.2s key 1" and tells what follows from each.
func playScript(t *testing.T, script string) []byte {
	t.Helper()
	var out bytes.Buffer
	spec, s := testSpec(), State{}
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "#"); ok || line == "" {
			fmt.Fprintln(&out, "#"+title)
			continue
		}
		f := strings.Fields(line)
		at, err := time.ParseDuration(f[0])
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		e := Event{Kind: EventKind(f[1]), At: at}
		if len(f) > 2 {
			e.Key = f[2][0]
		}
		var acts []Action
		s, acts = Next(spec, s, e)
		fmt.Fprintf(&out, "> %s\n", line)
		for _, a := range acts {
			fmt.Fprintln(&out, "    "+describe(a))
		}
		fmt.Fprintf(&out, "  = %s\n", s.Step(spec))
	}
	describeState(&out, s)
	return out.Bytes()
}

func describe(a Action) string {
	var words []string
	for _, u := range a.Say {
		words = append(words, "〔"+u.Slot+"〕"+u.Text)
	}
	if a.For > 0 {
		words = append(words, a.For.String())
	}
	return strings.TrimSpace(string(a.Kind) + " " + strings.Join(words, " "))
}

func describeState(out *bytes.Buffer, s State) {
	fmt.Fprintf(out, "end=%s hung-at=%s keyed=%v recorded=%v\n", s.End, s.HungAt, s.Keyed, s.Recorded)
	for _, id := range slices.Sorted(maps.Keys(s.Answers)) {
		fmt.Fprintf(out, "answer %s: %+v\n", id, s.Answers[id])
	}
	for _, step := range slices.Sorted(maps.Keys(s.Notes)) {
		fmt.Fprintf(out, "note %s: %+v\n", step, s.Notes[step])
	}
}

// TestEveryPath walks every state that any sequence of events can reach and
// holds the dialogue's promises in each.
func TestEveryPath(t *testing.T) {
	spec := testSpec()
	spec.Questions[0].Keys = map[int]int{1: 5, 5: 1} // fewer answers, the same paths
	events := []Event{{Kind: EventAnswered}, {Kind: EventPlayedOut}, {Kind: EventTimeout}, {Kind: EventRecorded},
		{Kind: EventHungUp}, {Kind: EventLost}, {Kind: EventElsewhere}, {Kind: EventStopped}, {Kind: EventOptedOut}}
	for _, k := range "01379*#" {
		events = append(events, Event{Kind: EventKey, Key: byte(k), At: time.Minute})
	}
	events = append(events, Event{Kind: EventKey, Key: '1'}) // type-ahead
	seen := map[string]bool{}
	ends := map[End]int{}
	queue := []State{{}}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, e := range events {
			answers, notes := maps.Clone(s.Answers), maps.Clone(s.Notes)
			next, acts := Next(spec, s, e)
			if !maps.Equal(answers, s.Answers) || !maps.Equal(notes, s.Notes) {
				t.Fatalf("Next changed the state it was given: %+v", s)
			}
			holdPromises(t, spec, s, e, next, acts)
			if next.Phase == PhaseOver {
				ends[next.End]++
			}
			next.SaidAt, next.Notes = 0, nil
			if key := fmt.Sprintf("%+v", next); !seen[key] {
				seen[key] = true
				queue = append(queue, next)
			}
		}
	}
	for _, end := range []End{EndCompleted, EndOptedOut, EndNoInput, EndGivenUp, EndHungUp, EndElsewhere, EndStopped, EndLost} {
		if ends[end] == 0 {
			t.Errorf("no path ends with %s", end)
		}
	}
	t.Logf("%d states, ends %v", len(seen), ends)
}

func holdPromises(t *testing.T, spec *Spec, s State, e Event, next State, acts []Action) {
	t.Helper()
	where := lazy(func() string { return fmt.Sprintf("%+v + %+v → %+v %v", s, e, next, acts) })
	hangs := slices.ContainsFunc(acts, func(a Action) bool { return a.Kind == ActHangUp })
	switch {
	case next.Asked > maxAskings:
		t.Fatalf("asked more than three times: %s", where)
	case s.Phase == PhaseOver && len(acts) > 0:
		t.Fatalf("acts after the end: %s", where)
	case (next.Phase == PhaseOver) != (hangs || s.Phase == PhaseOver):
		t.Fatalf("over without hanging up, or the reverse: %s", where)
	case next.Phase == PhaseOver && next.End == "":
		t.Fatalf("over without an end: %s", where)
	case next.Phase == PhaseClosing && next.End == "":
		t.Fatalf("last words without an end: %s", where)
	case len(next.Answers) < len(s.Answers):
		t.Fatalf("an answer was lost: %s", where)
	}
	for _, a := range acts {
		if a.Kind == ActRecord && (s.Phase != PhaseRemark || e.Kind != EventPlayedOut) {
			t.Fatalf("records without the announcement heard out: %s", where)
		}
		if a.Kind == ActNoted && len(next.Answers) != len(s.Answers)+1 {
			t.Fatalf("noted nothing new: %s", where)
		}
	}
	for id, p := range next.Answers {
		i := slices.IndexFunc(spec.Questions, func(q Question) bool { return q.ID == id })
		q := spec.Questions[i]
		if v, ok := q.Keys[p.Key]; !q.number() && (!ok || v != p.V || p.DontKnow != (v == 0)) {
			t.Fatalf("answer %+v is not what the key means: %s", p, where)
		}
		if q.number() && (p.Key < 0 || p.Key > q.Max || p.V != p.Key+1) {
			t.Fatalf("number %+v out of range: %s", p, where)
		}
	}
}

// lazy puts off the wording of a failure until there is one.
type lazy func() string

func (l lazy) String() string { return l() }

// TestOpeningAlwaysSaysTheWays: no call goes without a way to refuse.
func TestOpeningAlwaysSaysTheWays(t *testing.T) {
	for opening, adds := range map[string]bool{
		"请您对本次服务作出评价。":                         true,
		"愿意参加请按1，不再接听此类回访请按9。":                 false,
		"愿意参加请按１，不再接听请按９。":                     false,
		"Press 1 to take part, 9 for no more.": false,
		"您好，这里是{hotline}，愿意参加请按1。":             true,
	} {
		d := testDialogue()
		d.Opening = opening
		got := ""
		for _, u := range NewSpec(d, false, DefaultTimes()).Opening {
			got += u.Text
		}
		if added := got != strings.ReplaceAll(opening, "{hotline}", d.Hotline); added != adds {
			t.Errorf("%q became %q", opening, got)
		}
		if strings.Contains(got, "{") {
			t.Errorf("a placeholder is left in %q", got)
		}
	}
}

func TestRemarkIsOffUnlessAskedFor(t *testing.T) {
	if NewSpec(testDialogue(), false, DefaultTimes()).Remark != nil {
		t.Error("a remark is recorded though recordings are off")
	}
	d := testDialogue()
	d.Remark = false
	if NewSpec(d, true, DefaultTimes()).Remark != nil {
		t.Error("a remark is recorded though nothing open is asked")
	}
}
