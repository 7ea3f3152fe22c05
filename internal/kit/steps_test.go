package kit

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"minyi/internal/fault"
)

type stepsGiven struct{ N int }

func TestStepsAreToldBeforeTheOutcome(t *testing.T) {
	bad := fault.New(fault.Invalid, "cut_here", "到此为止。", "as far as this")
	for name, c := range map[string]struct {
		steps  int
		err    error
		listen bool
		told   int
	}{
		"steps and an outcome":        {3, nil, true, 3},
		"no step":                     {0, nil, true, 0},
		"a fault before any step":     {0, bad, true, 0},
		"a fault after steps":         {2, bad, true, 2},
		"a caller that wants the end": {3, nil, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				steps := NewSteps(w, r)
				for i := range c.steps {
					steps.Tell(stepsGiven{i + 1})
				}
				steps.End(stepsGiven{9}, c.err)
			}))
			defer s.Close()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.listen {
				AcceptSteps(r)
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			told := 0
			got, err := ReadSteps[stepsGiven, stepsGiven](resp, func(s stepsGiven) {
				if told++; s.N != told {
					t.Errorf("step %d told as %d", s.N, told)
				}
			})
			if told != c.told {
				t.Errorf("%d steps told, want %d", told, c.told)
			}
			if c.err == nil && (err != nil || got.N != 9) || c.err != nil && fault.As(err).Code != "cut_here" {
				t.Errorf("outcome %+v, %v", got, err)
			}
		})
	}
}

func TestStepsCutOff(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		NewSteps(w, r).Tell(stepsGiven{1})
		panic(http.ErrAbortHandler)
	}))
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	AcceptSteps(r)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := ReadSteps[stepsGiven, stepsGiven](resp, func(stepsGiven) {}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("half an answer is taken: %v", err)
	}
}

// deadlines records what a handler asks of its socket.
type deadlines struct {
	http.ResponseWriter
	read, write []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.read = append(d.read, t)
	return nil
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.write = append(d.write, t)
	return errors.New("no socket")
}

// A million rows take longer than the listener allows a page.
func TestStepsOutliveTheListenersDeadlines(t *testing.T) {
	d := &deadlines{ResponseWriter: httptest.NewRecorder()}
	NewSteps(&statusWriter{ResponseWriter: d}, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
	if len(d.read) != 1 || !d.read[0].IsZero() || len(d.write) != 1 || !d.write[0].IsZero() {
		t.Errorf("read %v, write %v", d.read, d.write)
	}
}
