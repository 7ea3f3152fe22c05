package survey

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, minyi.Shanghai)

func fresh() Invitation {
	return Invitation{Disposition: minyi.Registered, DueAt: noon, NextAt: noon.Add(time.Minute), Deadline: noon.Add(7 * 24 * time.Hour)}
}

// Whatever reports come in whatever order and however often, a disposition
// never falls, an ended invitation is never sent again, and one that is not
// ended keeps a date at which the sweeper looks.
func TestReportsInAnyOrder(t *testing.T) {
	all := []minyi.Disposition{minyi.Queued, minyi.Sent, minyi.Unknown, minyi.Failed, minyi.Unreachable, minyi.Delivered, minyi.Opened,
		minyi.Started, minyi.Partial, minyi.Refused, minyi.OptedOut, minyi.Completed, minyi.NotSampled, "nonsense"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		inv, steps := fresh(), 0
		for range 12 {
			before := inv
			p := minyi.Progress{Step: r.IntN(3), Disposition: all[r.IntN(len(all))], At: noon.Add(time.Duration(r.IntN(100)) * time.Hour)}
			if r.IntN(6) == 0 {
				p.RetryAt = p.At.Add(time.Hour)
			}
			changed := inv.report(p, ladder{remind: 48 * time.Hour, call: 24 * time.Hour})
			if changed != (inv != before) {
				t.Fatal("report does not say truly whether it changed anything")
			}
			if inv.Disposition.Rank() < before.Disposition.Rank() {
				t.Fatalf("%s fell to %s", before.Disposition, inv.Disposition)
			}
			if inv.Step < before.Step || inv.Step > before.Step+1 || before.Voice && (inv.Step > before.Step || !inv.Voice) {
				t.Fatalf("step %d after %d", inv.Step, before.Step)
			}
			if inv.Step > before.Step {
				steps++
			}
			if inv.ended() != inv.NextAt.IsZero() {
				t.Fatalf("%s: ended %v, next %s", inv.Disposition, inv.ended(), inv.NextAt)
			}
			if ok, _ := inv.sendable(Running, false, noon.Add(50*time.Hour)); ok && inv.ended() {
				t.Fatal("an ended invitation is sent")
			}
			again := inv
			if again.report(p, ladder{remind: 48 * time.Hour, call: 24 * time.Hour}); p.RetryAt.IsZero() && again.Disposition != inv.Disposition {
				t.Fatal("the same report twice counts twice")
			}
		}
		if steps > 2 {
			t.Fatalf("%d steps after the invitation", steps)
		}
	}
}

func TestExpiryKeepsWhatIsKnown(t *testing.T) {
	for from, want := range map[minyi.Disposition]minyi.Disposition{
		minyi.Registered: minyi.Expired, minyi.Sent: minyi.Expired, minyi.Delivered: minyi.Expired,
		minyi.Unknown: minyi.Unknown, minyi.Opened: minyi.Opened, minyi.Partial: minyi.Partial,
	} {
		inv := fresh()
		inv.Disposition, inv.Carried = from, from
		inv.expire()
		if inv.Disposition != want || !inv.NextAt.IsZero() {
			t.Errorf("%s expires to %s", from, inv.Disposition)
		}
		if from == minyi.Delivered && !inv.delivered() {
			t.Error("what was delivered is no longer counted so")
		}
	}
}

func TestToken(t *testing.T) {
	box := testenv.Secrets(t)
	seen := map[string]bool{}
	for i := range 20_000 {
		keyID, _ := box.MAC("survey link", "x")
		token, err := tokenWith(box, keyID, asked("default", "cmp", strings.Repeat("k", i%7)+string(rune('a'+i%26))+time.Duration(i).String()))
		if err != nil || !wellFormed(token) {
			t.Fatalf("token %q, %v", token, err)
		}
		if seen[token] {
			t.Fatal("two invitations share a token")
		}
		seen[token] = true
	}
	for _, c := range "0O1lI_-~." {
		if strings.ContainsRune(alphabet, c) {
			t.Errorf("the alphabet holds %c", c)
		}
	}
	if _, err := tokenWith(box, "nosuch", "x"); err == nil {
		t.Error("a key that is gone makes links")
	}
}

// FuzzToken: nothing but a token's own form reaches the store.
func FuzzToken(f *testing.F) {
	f.Add("Ab3dEf6hJk9")
	f.Add("../../etc/passwd")
	f.Fuzz(func(t *testing.T, token string) {
		if !wellFormed(token) {
			return
		}
		if len(token) != 11 || strings.ContainsAny(token, "0O1lI/.%\x00") {
			t.Fatalf("%q passes for a token", token)
		}
	})
}

func TestTexts(t *testing.T) {
	for text, ok := range map[string]bool{
		"请评价:{link}": true, "请评价{link} {date} {hotline}": true,
		"": false, "没有链接": false, "【热线】{link}": false, "{link} {name}": false, "{link} {": false,
	} {
		err := checkText("text", text, FormLink)
		if (err == nil) != ok || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	message := compose("甲市热线", "您{date}反映的事项请评价{link}", "https://t.cn/s/x", "甲市热线", "2026-10-09")
	if message != "【甲市热线】您10月9日反映的事项请评价https://t.cn/s/x" {
		t.Errorf("composed %q", message)
	}
	for n, segments := range map[int]int{70: 1, 71: 2, 134: 2, 135: 3} {
		if p := preview(strings.Repeat("字", n), ""); p.Segments != segments || (segments > 1) != (len(p.Warnings) > 0) {
			t.Errorf("%d units: %+v", n, p)
		}
	}
	if p := preview("😀", ""); p.Units != 2 {
		t.Errorf("an emoji counts %d units", p.Units)
	}
}

func TestFilterKeepsListsWithoutCases(t *testing.T) {
	f := Filter{From: "2026-11-01", To: "2026-11-03"}
	for _, c := range []struct {
		of   Case
		want bool
	}{
		{Case{Case: "a", Closed: noon}, false},
		{Case{Case: "a", Closed: time.Date(2026, 11, 3, 23, 59, 0, 0, minyi.Shanghai)}, true},
		{Case{Contact: "e"}, true},
		{Case{Contact: "e", Erased: true}, false},
	} {
		if got := f.refuses(c.of) == ""; got != c.want {
			t.Errorf("%+v: %v", c.of, got)
		}
	}
}
