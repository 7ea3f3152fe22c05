package kit

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"

	"minyi/internal/fault"
)

// stepsType is one JSON object a line.
const stepsType = "application/x-ndjson"

// Steps answers a request that takes minutes. A caller that accepts
// application/x-ndjson is told each step on a line and the outcome on the last;
// any other gets the outcome alone. Neither is cut off by the listener's
// deadlines: the caller's going away ends the request.
type Steps struct {
	w     http.ResponseWriter
	r     *http.Request
	lines bool
	begun bool
}

type stepLine struct {
	Step    json.RawMessage `json:"step,omitempty"`
	Outcome json.RawMessage `json:"outcome,omitempty"`
	Problem *problem        `json:"problem,omitempty"`
}

// NewSteps is to be called before the body is read.
func NewSteps(w http.ResponseWriter, r *http.Request) *Steps {
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{}) // where there is no socket there is no deadline
	_ = c.SetWriteDeadline(time.Time{})
	return &Steps{w: w, r: r, lines: r.Header.Get("Accept") == stepsType}
}

// Tell gives one step to a caller that listens.
func (s *Steps) Tell(step any) {
	if text, err := json.Marshal(step); err == nil && s.lines {
		s.line(stepLine{Step: text})
	}
}

// End gives the outcome.
func (s *Steps) End(outcome any, err error) {
	switch {
	case err != nil && s.begun:
		p := problemOf(s.r, err)
		s.line(stepLine{Problem: &p})
	case err != nil:
		WriteError(s.w, s.r, err)
	case s.lines:
		text, err := json.Marshal(outcome)
		if err != nil {
			s.End(nil, err)
			return
		}
		s.line(stepLine{Outcome: text})
	default:
		s.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		s.w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(s.w).Encode(outcome)
	}
}

func (s *Steps) line(l stepLine) {
	if !s.begun {
		s.w.Header().Set("Content-Type", stepsType)
		s.w.Header().Set("Cache-Control", "no-store")
		s.begun = true
	}
	_ = json.NewEncoder(s.w).Encode(l)
	_ = http.NewResponseController(s.w).Flush()
}

// AcceptSteps asks for the steps of a long request.
func AcceptSteps(r *http.Request) { r.Header.Set("Accept", stepsType) }

// ReadSteps reads what Steps answered, telling each step, and gives the
// outcome.
func ReadSteps[Step, Outcome any](resp *http.Response, tell func(Step)) (Outcome, error) {
	var out Outcome
	if resp.StatusCode != http.StatusOK {
		return out, FaultOf(resp)
	}
	d := json.NewDecoder(resp.Body)
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != stepsType {
		return out, d.Decode(&out)
	}
	for {
		var l stepLine
		if err := d.Decode(&l); err != nil {
			return out, fault.New(fault.Unavailable, "peer_cut_off", "服务连接中断。", "the server's answer was cut off").With(noEOF(err))
		}
		switch {
		case l.Problem != nil:
			return out, l.Problem.fault()
		case l.Outcome != nil:
			return out, json.Unmarshal(l.Outcome, &out)
		case l.Step != nil:
			var step Step
			if err := json.Unmarshal(l.Step, &step); err != nil {
				return out, err
			}
			tell(step)
		}
	}
}

// noEOF names an end that came too early as what it is.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
