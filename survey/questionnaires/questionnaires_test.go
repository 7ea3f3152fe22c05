package questionnaires

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
)

func shipped(t testing.TB) map[minyi.QuestionnaireID]*Questionnaire {
	t.Helper()
	all, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	out := map[minyi.QuestionnaireID]*Questionnaire{}
	for _, q := range all {
		out[q.ID] = q
	}
	return out
}

func TestShippedMeasureWhatTheIndexNeeds(t *testing.T) {
	all := shipped(t)
	want := map[minyi.QuestionnaireID][]string{
		"after-call":  {"hotline"},
		"case-closed": {"awareness", "complained", "handling", "hotline", "overall", "process", "resolved", "standing", "trust"},
		"enterprise":  {"channels", "handling", "hotline", "overall", "process", "resolved", "trust", "used"},
		"trust":       {"again", "awareness", "channels", "standing", "trust", "used"},
	}
	for id, tags := range want {
		q := all[id]
		if q == nil {
			t.Fatalf("questionnaire %s does not ship", id)
		}
		var got []string
		for _, one := range q.Questions {
			if one.Tag != "" {
				got = append(got, one.Tag)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, tags) {
			t.Errorf("%s measures %v, want %v", id, got, tags)
		}
		if _, ok := q.Remark(); !ok {
			t.Errorf("%s leaves no room for a remark", id)
		}
	}
}

// One minute: a tap takes about four seconds with reading, so at most twelve
// closed questions, of which few are required.
func TestCaseClosedFitsAMinute(t *testing.T) {
	q := shipped(t)["case-closed"]
	closed, required := 0, 0
	for _, one := range q.Questions {
		if one.Kind != Open {
			closed++
		}
		if one.Required {
			required++
		}
	}
	if closed > 12 || required > 3 {
		t.Errorf("%d closed questions (%d required) do not fit a minute", closed, required)
	}
}

func TestShippedTextsFitTheirSegments(t *testing.T) {
	const signature, link = 13, 29 // 【XX市12345热线】 and the longest URL that DOMAIN §5 reckons with
	for id, q := range shipped(t) {
		for what, text := range map[string]string{"link": q.SMS.Link[Chinese], "remind": q.SMS.Remind[Chinese], "reply": q.SMS.Reply[Chinese], "remind_reply": q.SMS.RemindReply[Chinese]} {
			n := len([]rune(text)) + signature
			if strings.Contains(text, "{link}") {
				n += link - len("{link}")
			}
			if n > 70 {
				t.Errorf("%s sms.%s takes %d units, over one segment of 70", id, what, n)
			}
		}
	}
}

func TestFaultsNamePathAndReason(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(files) < 12 {
		t.Fatalf("only %d bad questionnaires found", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Decode(text)
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("got %v, want an invalid fault", err)
			}
			f := fault.As(err)
			testenv.Golden(t, strings.TrimSuffix(file, ".yaml")+".golden", []byte(f.Field+"\n"+f.EN+"\n"+f.ZH+"\n"))
		})
	}
}

func TestSmallIsGood(t *testing.T) {
	text, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(text); err != nil {
		t.Fatal(err)
	}
}

func TestHashSeesEveryChange(t *testing.T) {
	q := shipped(t)["case-closed"]
	before := Hash(q)
	again, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if Hash(again[1]) != before {
		t.Error("the same file hashes differently")
	}
	again[1].Questions[0].Keys = maps.Clone(again[1].Questions[0].Keys)
	again[1].Questions[0].Keys[1] = 4
	if Hash(again[1]) == before {
		t.Error("a changed key map keeps the hash")
	}
	v := Publish(q, 3, "张工", time.Unix(0, 0))
	if v.Hash != before || Ref(v.ID, v.Number) != "case-closed@3" {
		t.Errorf("published as %s with hash %s", Ref(v.ID, v.Number), v.Hash)
	}
}

func TestKeyAndValueRunOppositeWays(t *testing.T) {
	q, _ := shipped(t)["case-closed"].Question("handling")
	for key := 1; key <= 5; key++ {
		e, err := q.ByKey(key)
		if err != nil || e.V != 6-key || e.Key != key {
			t.Errorf("key %d gives %+v, %v", key, e, err)
		}
	}
	if _, err := q.ByKey(6); !fault.Is(err, fault.Invalid) {
		t.Errorf("key 6 gives %v", err)
	}
	trust, _ := shipped(t)["case-closed"].Question("trust")
	if e, err := trust.ByKey(6); err != nil || !e.DontKnow || e.V != 0 {
		t.Errorf("key 6 of a question with don't-know gives %+v, %v", e, err)
	}
}

func TestByFields(t *testing.T) {
	all := shipped(t)
	handling, _ := all["case-closed"].Question("handling")
	needs, _ := all["enterprise"].Question("needs")
	again, _ := all["trust"].Question("again")
	trust, _ := all["trust"].Question("trust")
	for _, c := range []struct {
		name     string
		q        Question
		fields   []string
		reasons  []string
		want     Entry
		answered bool
		bad      bool
	}{
		{name: "left out", q: handling},
		{name: "best", q: handling, fields: []string{"5"}, reasons: []string{"slow"}, want: Entry{V: 5}, answered: true},
		{name: "bad with reasons", q: handling, fields: []string{"2"}, reasons: []string{"slow", "made-up", "slow"}, want: Entry{V: 2, Reasons: []string{"slow"}}, answered: true},
		{name: "off the scale", q: handling, fields: []string{"6"}, bad: true},
		{name: "not a number", q: handling, fields: []string{"5 OR 1"}, bad: true},
		{name: "don't know not offered", q: handling, fields: []string{"dk"}, bad: true},
		{name: "don't know", q: trust, fields: []string{"dk"}, want: Entry{DontKnow: true}, answered: true},
		{name: "several", q: needs, fields: []string{"3", "1", "3"}, want: Entry{Many: []int{1, 3}}, answered: true},
		{name: "several off the list", q: needs, fields: []string{"7"}, bad: true},
		{name: "number zero", q: again, fields: []string{"0"}, want: Entry{V: 1}, answered: true},
		{name: "number ten", q: again, fields: []string{"10"}, want: Entry{V: 11}, answered: true},
		{name: "number eleven", q: again, fields: []string{"11"}, bad: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, answered, err := c.q.ByFields(c.fields, c.reasons)
			if (err != nil) != c.bad || answered != c.answered {
				t.Fatalf("answered %v, err %v", answered, err)
			}
			if got.V != c.want.V || got.DontKnow != c.want.DontKnow || !slices.Equal(got.Many, c.want.Many) || !slices.Equal(got.Reasons, c.want.Reasons) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestSkipRules(t *testing.T) {
	q := shipped(t)["enterprise"]
	so := Entries{"hotline": {V: 4}, "handling": {DontKnow: true}, "channels": {V: 1}, "used": {V: 2}}
	if _, kept := q.Reached(so)["used"]; kept {
		t.Error("an answer to a skipped question is kept")
	}
	so["channels"] = Entry{V: 2}
	if _, kept := q.Reached(so)["used"]; !kept {
		t.Error("an answer to an asked question is lost")
	}
	if missing := q.Missing(Entries{"hotline": {V: 5}}); !slices.Equal(missing, []string{"handling"}) {
		t.Errorf("missing %v", missing)
	}
	if v := q.Values(so)[minyi.TagHandling]; !v.DontKnow || v.V != 0 || v.K != 5 {
		t.Errorf("don't-know becomes %+v", v)
	}
}

func TestWorstTakesTheLowestBadRating(t *testing.T) {
	q := shipped(t)["case-closed"]
	level, reasons := q.Worst(Entries{"handling": {V: 1, Reasons: []string{"slow"}}, "hotline": {V: 2, Reasons: []string{"wait"}}, "overall": {V: 1}})
	if level != 1 || !slices.Equal(reasons, []string{"slow", "wait"}) {
		t.Errorf("worst %d because of %v", level, reasons)
	}
	if level, _ := q.Worst(Entries{"handling": {V: 3}, "trust": {V: 1}}); level != 0 {
		t.Errorf("基本满意 counts as bad: %d", level)
	}
	if got := q.Overall(Entries{"handling": {V: 2}, "hotline": {V: 5}}); got != 2 {
		t.Errorf("overall %d, want the handling's 2", got)
	}
}

// FuzzDecode: a stranger's file gives a checked questionnaire or a fault,
// never a panic, and what is accepted survives its own encoding.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"*.yaml", "testdata/*.yaml", "testdata/bad/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := Decode(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
				t.Fatalf("a fault of another kind: %v", err)
			}
			return
		}
		if found := Check(q); len(found) > 0 {
			t.Fatalf("accepted in spite of %v", found)
		}
		_ = Hash(q)
	})
}
