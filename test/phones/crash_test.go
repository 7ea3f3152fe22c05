package phones

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/testenv"
	"minyi/voice"
	"minyi/voice/sip"
	"minyi/voice/voicetest"
)

// childEnv makes this binary the process that is killed: it names the data
// directory and the telephone's port.
const childEnv = "MINYI_PHONES_CHILD"

// TestMain is the child where childEnv says so.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		// Telephones run on real time and need little of a processor.
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	}
	dir, port := filepath.Split(os.Getenv(childEnv))
	n, err := strconv.Atoi(port)
	if err != nil {
		panic(err)
	}
	testing.Init()
	testing.Main(func(_, _ string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "Child", F: func(t *testing.T) { child(t, dir, n) }}}, nil, nil)
}

// child calls the telephone once and never ends by itself.
func child(t *testing.T, dir string, port int) {
	trunk, err := sip.New(sip.Config{Name: "trunk", Server: server(port), Caller: "12345", Bind: "127.0.0.1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := crashService(t, dir, []voice.Trunk{trunk}, voicetest.NewSurvey(), true)
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			if c := theCall(s); len(c.Tries) > 0 {
				fmt.Println("MARK", c.State, len(c.Tries[0].Pressed))
			}
		}
	}()
	s.Run(context.Background())
}

// theCall gives the one call of a store.
func theCall(s *voice.Service) voice.CallItem {
	reply, err := s.Calls(context.Background(), voice.CallsRequest{})
	if err != nil || len(reply.Calls) == 0 {
		return voice.CallItem{}
	}
	return reply.Calls[0]
}

// crashService opens the service on dir. invite also announces the one call.
func crashService(t *testing.T, dir string, trunks []voice.Trunk, survey *voicetest.Survey, invite bool) *voice.Service {
	t.Helper()
	engine, err := sqlite.Open(context.Background(), filepath.Join(dir, "store"))
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() { db.Close() })
	box, bus := testenv.Secrets(t), testenv.Bus(t)
	sealed, err := box.Seal(phoneNumber)
	if err != nil {
		t.Fatal(err)
	}
	survey.Add(voicetest.Brief("inv", sealed, box.Blind("mobile", phoneNumber), time.Now().Add(time.Hour)))
	s, err := voice.New(voice.Deps{DB: db, Bus: bus, Box: box, Clock: clock.System(), Survey: survey, Contacts: voicetest.NewContacts(), Trunks: trunks, Engine: &voicetest.Engine{},
		Config: voice.Config{Policy: voice.Policy{AlwaysOpen: true, Tries: 3}, Lease: 3 * time.Second, LookEvery: 20 * time.Millisecond, WatchEvery: time.Second, SweepEvery: 100 * time.Millisecond,
			Times: voice.Times{Key: time.Minute, Digit: time.Second, Early: 100 * time.Millisecond, Remark: time.Second, Held: time.Minute}}})
	if err != nil {
		t.Fatal(err)
	}
	if invite {
		if err := bus.Publish(context.Background(), minyi.TopicCallDue, minyi.CallDue{Tenant: minyi.DefaultTenant, Invitation: "inv"}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestKilledInMidCall: SIGKILL while it rings and while somebody answers. After
// the restart the outcome is truthful, what was pressed is handed over, and the
// person is not called again by itself.
func TestKilledInMidCall(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		steps []string
		mark  string
		want  voice.Outcome
		keys  int
	}{
		{"ringing", []string{"recv INVITE", "100 Trying", "180 Ringing", "pause 60000"},
			"MARK dialing 0", voice.OutcomeUnknown, 0},
		{"one question answered", []string{"recv INVITE", "180 Ringing", "200 sdp", "recv ACK", "pause 2000", "keys " + keysPcap(t, "1", 101), "pause 2000", "keys " + keysPcap(t, "2", 101), "pause 60000"},
			"MARK talking 1", voice.OutcomeAnswered, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			phone := newSipp(t, c.steps...)
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			caller := start(t, "env", childEnv+"="+filepath.Join(dir, fmt.Sprint(phone.port)), self)
			testenv.Eventually(t, 30*time.Second, func() bool { return caller.out.has(c.mark) }, "the call did not come so far")
			caller.cmd.Process.Kill()
			caller.done <- <-caller.done
			survey, trunk := voicetest.NewSurvey(), voicetest.NewTrunk("trunk", voicetest.Presses("111"))
			s := crashService(t, dir, []voice.Trunk{trunk}, survey, true)
			ctx, stop := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			wg.Go(func() { s.Run(ctx) })
			defer wg.Wait()
			defer stop()
			testenv.Eventually(t, 20*time.Second, func() bool { return theCall(s).State == voice.StateDone && len(survey.Told("inv")) > 0 }, "the call stands for ever")
			got := theCall(s)
			if len(got.Tries) != 1 || got.Tries[0].Outcome != c.want || len(got.Tries[0].Pressed) != c.keys || trunk.Placed() != 0 {
				t.Errorf("%+v after %d more calls", got, trunk.Placed())
			}
			if c.keys > 0 {
				testenv.Eventually(t, 5*time.Second, func() bool { return len(survey.Spoke()) > 0 }, "what was pressed is lost")
				if spoke := survey.Spoke()[0]; spoke.Pressed["handling"] != (minyi.Pressed{Key: 2, V: 4}) || spoke.Finished {
					t.Errorf("%+v", spoke)
				}
			}
		})
	}
}
