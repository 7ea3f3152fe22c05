package voice_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/secret"
	"minyi/internal/stream"
	"minyi/internal/testenv"
	"minyi/voice"
	"minyi/voice/voicetest"
)

// rig is a voice service among fakes, at 10:00 on a Thursday. Its dialogues
// wait for keys longer than any machine is slow; who tests silence shortens
// that.
type rig struct {
	t        *testing.T
	db       *docstore.DB
	bus      *stream.Bus
	box      *secret.Box
	clock    *clock.Stepping
	survey   *voicetest.Survey
	contacts *voicetest.Contacts
	engine   *voicetest.Engine
	trunks   []voice.Trunk
	cfg      voice.Config
	alone    bool
	service  *voice.Service
	stop     func()
}

const secretNumber = "13800000123"

func newRig(t *testing.T, trunks ...voice.Trunk) *rig {
	r := &rig{t: t, db: testenv.DB(t), bus: testenv.Bus(t), box: testenv.Secrets(t), clock: clock.NewStepping(time.Date(2026, 3, 5, 10, 0, 0, 0, minyi.Shanghai)),
		survey: voicetest.NewSurvey(), contacts: voicetest.NewContacts(), engine: &voicetest.Engine{}, trunks: trunks,
		cfg: voice.Config{LookEvery: 5 * time.Millisecond, WatchEvery: 5 * time.Millisecond, SweepEvery: 5 * time.Millisecond,
			Times: voice.Times{Key: 10 * time.Second, Digit: 10 * time.Second, Remark: 10 * time.Second, Held: 100 * time.Millisecond}}}
	return r
}

// start begins the service; a second start is a restart on the same store.
func (r *rig) start() *rig {
	r.t.Helper()
	s, err := voice.New(voice.Deps{DB: r.db, Bus: r.bus, Box: r.box, Clock: r.clock.Clock(), Survey: r.survey, Contacts: r.contacts,
		Trunks: r.trunks, Engine: r.engine, Alone: r.alone, Config: r.cfg})
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			r.t.Error(err)
		}
	})
	r.service, r.stop = s, sync.OnceFunc(func() { cancel(); wg.Wait() })
	r.t.Cleanup(r.stop)
	return r
}

func (r *rig) invite(inv minyi.InvitationID) {
	r.t.Helper()
	sealed, err := r.box.Seal(secretNumber)
	if err != nil {
		r.t.Fatal(err)
	}
	r.survey.Add(voicetest.Brief(inv, sealed, r.box.Blind("mobile", secretNumber), r.clock.Now().AddDate(0, 0, 7)))
	r.announce(inv)
}

func (r *rig) announce(inv minyi.InvitationID) {
	r.t.Helper()
	if err := r.bus.Publish(r.t.Context(), minyi.TopicCallDue, minyi.CallDue{Tenant: minyi.DefaultTenant, Invitation: inv}); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) item(inv minyi.InvitationID) voice.CallItem {
	r.t.Helper()
	reply, err := r.service.Calls(r.t.Context(), voice.CallsRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range reply.Calls {
		if c.Invitation == inv {
			return c
		}
	}
	return voice.CallItem{}
}

func (r *rig) until(what string, cond func() bool) {
	r.t.Helper()
	testenv.Eventually(r.t, 10*time.Second, cond, what)
}

// TestACallLandsItsAnswers: the whole way of one call.
func TestACallLandsItsAnswers(t *testing.T) {
	t.Parallel()
	r := newRig(t, voicetest.NewTrunk("line", voicetest.Presses("115"))).start()
	r.invite("inv")
	r.until("the answers were not handed over", func() bool { return len(r.survey.Spoke()) > 0 })
	got := r.survey.Spoke()[0]
	want := map[string]minyi.Pressed{"handling": {Key: 1, V: 5}, "hotline": {Key: 5, V: 1}}
	if len(got.Pressed) != 2 || got.Pressed["handling"] != want["handling"] || got.Pressed["hotline"] != want["hotline"] || !got.Finished || got.OptOut || got.Invitation != "inv" {
		t.Errorf("%+v", got)
	}
	r.until("progress was not told", func() bool { return len(r.survey.Told("inv")) > 0 })
	if p := r.survey.Told("inv"); p[0].Disposition != minyi.Delivered || p[1].Disposition != minyi.Started || !p[1].RetryAt.IsZero() {
		t.Errorf("%+v", p)
	}
	if c := r.contacts.Settled(); len(c) == 0 || !c[0].Answered || c[0].Attempt != got.Call {
		t.Errorf("%+v", c)
	}
	item := r.item("inv")
	if item.State != voice.StateDone || len(item.Tries) != 1 || item.Tries[0].Outcome != voice.OutcomeAnswered || item.Tries[0].End != voice.EndCompleted || item.Tries[0].Trunk != "line" {
		t.Errorf("%+v", item)
	}
	if item.Number != "138****0123" {
		t.Errorf("shown as %q", item.Number)
	}
}

// TestOutcomesAndSpacing: what each end of a call leads to.
func TestOutcomesAndSpacing(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		result voice.Result
		person voicetest.Person
		state  voice.CallState
		next   string // of the next call, 15:04 of the same day
		want   minyi.Disposition
	}{
		{"busy", voice.Result{Outcome: voice.OutcomeBusy, Code: 486, Rang: true}, nil, voice.StateWaiting, "11:00", ""},
		{"no answer", voice.Result{Outcome: voice.OutcomeNoAnswer, Code: 480, Rang: true}, nil, voice.StateWaiting, "14:00", ""},
		{"switched off", voice.Result{Outcome: voice.OutcomeUnreachable, Code: 480, Cause: 20}, nil, voice.StateWaiting, "14:00", ""},
		{"no such number", voice.Result{Outcome: voice.OutcomeUnreachable, Code: 404, Cause: 1}, nil, voice.StateDone, "", minyi.Unreachable},
		{"rejected", voice.Result{Outcome: voice.OutcomeRejected, Code: 603, Rang: true}, nil, voice.StateDone, "", minyi.Failed},
		{"trunk fault", voice.Result{Outcome: voice.OutcomeTrunk, Code: 503}, nil, voice.StateWaiting, "10:00", ""},
		{"congestion", voice.Result{Outcome: voice.OutcomeCongestion, Code: 503, Cause: 34}, nil, voice.StateWaiting, "10:00", ""},
		{"no key", voice.Result{}, voicetest.Presses(""), voice.StateDone, "", minyi.Delivered},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			trunk := voicetest.NewTrunk("line", c.person)
			trunk.Set(c.result, nil)
			r := newRig(t, trunk)
			r.cfg.Times.Key = 20 * time.Millisecond
			r.start().invite("inv")
			r.until("nothing was told", func() bool { return len(r.survey.Told("inv")) > 0 })
			item := r.item("inv")
			if item.State != c.state || c.next != "" && item.Next.In(minyi.Shanghai).Format("15:04") != c.next {
				t.Errorf("%+v", item)
			}
			told := r.survey.Told("inv")[0]
			if told.Disposition != c.want || told.RetryAt.IsZero() != (c.next == "") {
				t.Errorf("%+v", told)
			}
			if c.result.Code > 0 && (item.Tries[0].Code != c.result.Code || item.Tries[0].Cause != c.result.Cause) {
				t.Errorf("the carrier's code is lost: %+v", item.Tries[0])
			}
			if len(r.survey.Spoke()) > 0 {
				t.Error("answers without keys")
			}
		})
	}
}

// TestThreeTries: busy, no answer, no answer, and then no more.
func TestThreeTries(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", nil)
	trunk.Set(voice.Result{Outcome: voice.OutcomeBusy, Code: 486, Rang: true}, nil)
	r := newRig(t, trunk).start()
	r.invite("inv")
	r.until("first", func() bool { return r.item("inv").State == voice.StateWaiting && trunk.Placed() == 1 })
	trunk.Set(voice.Result{Outcome: voice.OutcomeNoAnswer, Code: 480, Rang: true}, nil)
	r.clock.Advance(59 * time.Minute)
	r.announce("inv")
	r.until("the announcement was not read", func() bool {
		n, err := r.bus.Backlog(t.Context(), minyi.TopicCallDue, "voice")
		return n == 0 && err == nil
	})
	if trunk.Placed() != 1 {
		t.Fatal("called again within the hour")
	}
	r.clock.Advance(time.Minute)
	r.until("second", func() bool { return len(r.item("inv").Tries) == 2 && r.item("inv").State == voice.StateWaiting })
	r.clock.Advance(3 * time.Hour) // 14:00
	r.until("third", func() bool { return r.item("inv").State == voice.StateDone })
	item := r.item("inv")
	if trunk.Placed() != 3 || len(item.Tries) != 3 || item.Reason != voice.ReasonTries {
		t.Errorf("%d calls, %+v", trunk.Placed(), item)
	}
	r.until("the end was told", func() bool {
		told := r.survey.Told("inv")
		return len(told) > 0 && told[len(told)-1].Disposition == minyi.Failed
	})
}

// TestTrunkGoneForAMinute: faults cost the person nothing, calls resume, and
// nobody is called twice for them.
func TestTrunkGoneForAMinute(t *testing.T) {
	t.Parallel()
	trunk := voicetest.NewTrunk("line", voicetest.Presses("111"))
	trunk.Set(voice.Result{Outcome: voice.OutcomeTrunk, Detail: "no_provisional"}, nil)
	r := newRig(t, trunk).start()
	for _, inv := range []minyi.InvitationID{"a", "b", "c"} {
		r.invite(inv)
	}
	r.until("faults", func() bool { return trunk.Placed() >= 3 })
	for range 4 {
		r.clock.Advance(15 * time.Second)
	}
	trunk.Set(voice.Result{}, nil)
	r.until("calls did not resume", func() bool {
		over, wait := 0, 0 // each fault doubled its call's wait
		for _, inv := range []minyi.InvitationID{"a", "b", "c"} {
			switch item := r.item(inv); {
			case item.State == voice.StateDone:
				over++
			case item.State == voice.StateWaiting && item.Next.After(r.clock.Now()):
				wait++
			}
		}
		if wait > 0 && over+wait == 3 {
			r.clock.Advance(15 * time.Second)
		}
		return over == 3
	})
	for _, inv := range []minyi.InvitationID{"a", "b", "c"} {
		answered := 0
		for _, try := range r.item(inv).Tries {
			if try.Outcome == voice.OutcomeAnswered {
				answered++
			}
		}
		if answered != 1 {
			t.Errorf("%s was called through %d times", inv, answered)
		}
	}
}

// TestSecondTrunk: a fault of one is no reason not to call on the next.
func TestSecondTrunk(t *testing.T) {
	t.Parallel()
	broken, good := voicetest.NewTrunk("a", nil), voicetest.NewTrunk("b", voicetest.Presses("112"))
	broken.Set(voice.Result{Outcome: voice.OutcomeTrunk, Code: 503}, nil)
	r := newRig(t, broken, good).start()
	r.invite("inv")
	r.until("not called", func() bool { return r.item("inv").State == voice.StateDone })
	if item := r.item("inv"); len(item.Tries) != 1 || item.Tries[0].Trunk != "b" || broken.Placed() != 1 {
		t.Errorf("%+v", item)
	}
}
