package phones

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"minyi"
	"minyi/internal/testenv"
	"minyi/voice"
	"minyi/voice/sip"
)

// TestAnswersOverAKamailioTrunk: register, call with digest through a proxy
// that records its route, hear the opening out, press keys, be thanked. What
// the telephone recorded is the prompt.
func TestAnswersOverAKamailioTrunk(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"udp", "tcp", "tls"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			if transport != "udp" {
				testenv.Long(t)
			}
			p := newPhone(t)
			port, trust := newCarrier(t, p.port, transport)
			h := newHotline(t, sip.Config{Server: server(port), Transport: transport, TLS: trust, User: "minyi", Password: "secret", Register: true, Domain: "127.0.0.1"})
			p.until("CALL_INCOMING")
			p.do("accept", "")
			p.until("CALL_ESTABLISHED")
			pause(time.Duration(len(h.opening()))*time.Second/8000 + 500*time.Millisecond)
			p.press("1")
			h.at("handling")
			pause(900 * time.Millisecond)
			p.press("4")
			h.at("hotline")
			pause(900 * time.Millisecond)
			p.press("1")
			try := h.over()
			if try.Outcome != voice.OutcomeAnswered || try.End != voice.EndCompleted || try.HungUp {
				t.Errorf("%+v", try)
			}
			testenv.Eventually(t, 5*time.Second, func() bool { return len(h.survey.Spoke()) > 0 })
			if got := h.survey.Spoke()[0].Pressed; got["handling"] != (minyi.Pressed{Key: 4, V: 2}) || got["hotline"] != (minyi.Pressed{Key: 1, V: 5}) {
				t.Errorf("%+v", got)
			}
			if c := likeness(h.opening(), samplesOf(p.heard())); c < 0.98 {
				t.Errorf("what the telephone heard correlates %.3f with the prompt", c)
			} else {
				t.Logf("correlation %.4f, worst gap between sent frames %s", c, try.Gap)
			}
		})
	}
}

// newCarrier starts Kamailio before a telephone, and gives the port for a
// transport and, for tls, what to trust: an authority of its own and the name
// that it certified.
func newCarrier(t testing.TB, phonePort int, transport string) (port int, trust *tls.Config) {
	t.Helper()
	path := program(t, "kamailio")
	port, dir := testenv.FreePort(t), t.TempDir()
	cfg := filepath.Join(dir, "kamailio.cfg")
	blanks := map[string]any{"Port": port, "Phone": phonePort}
	if transport == "tls" {
		if found, _ := filepath.Glob("/usr/lib/*/kamailio/modules/tls.so"); len(found) == 0 {
			testenv.Require(t, "Kamailio's TLS (apt-get install kamailio-tls-modules)")
		}
		port = testenv.FreePort(t)
		blanks["Secure"], blanks["Certificate"], blanks["Key"] = port, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
		trust = certify(t, dir, "sip.carrier.cn")
	}
	render(t, "kamailio.cfg", cfg, blanks)
	k := start(t, path, "-f", cfg, "-DD", "-E", "-Y", dir, "-w", dir, "-m", "32", "-M", "8")
	testenv.Eventually(t, 10*time.Second, func() bool { return listens(port) }, "kamailio did not start: ", k.out.String())
	return port, trust
}

// TestHandlesATelephone: what a person does on a real telephone.
func TestHandlesATelephone(t *testing.T) {
	t.Parallel()
	t.Run("hangs up in the middle", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		h := newHotline(t, sip.Config{Server: server(p.port)})
		p.until("CALL_INCOMING")
		p.do("accept", "")
		p.until("CALL_ESTABLISHED")
		h.at("opening")
		pause(1200 * time.Millisecond)
		p.press("1")
		h.at("handling")
		pause(900 * time.Millisecond)
		p.press("1")
		h.at("hotline")
		p.do("hangup", "")
		try := h.over()
		if try.End != voice.EndHungUp || try.Step != "hotline" || !try.HungUp || len(try.Pressed) != 1 {
			t.Errorf("%+v", try)
		}
	})
	t.Run("turns the call away", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		h := newHotline(t, sip.Config{Server: server(p.port)})
		p.until("CALL_INCOMING")
		p.do("hangup", "")
		if try := h.over(); try.Outcome != voice.OutcomeBusy && try.Outcome != voice.OutcomeRejected {
			t.Errorf("%+v", try)
		}
	})
	t.Run("wrong key, doubled key, refusal of a question", func(t *testing.T) {
		t.Parallel()
		p := newPhone(t)
		h := newHotline(t, sip.Config{Server: server(p.port)}, func(c *voice.Config) { c.Times.Early = 2 * time.Second })
		p.until("CALL_INCOMING")
		p.do("accept", "")
		p.until("CALL_ESTABLISHED")
		h.at("opening")
		pause(2500 * time.Millisecond)
		p.press("111") // the second and third fall into the next prompt's first moments
		h.at("handling")
		pause(3 * time.Second)
		p.press("7")
		pause(3 * time.Second)
		p.press("1")
		h.at("hotline")
		pause(2500 * time.Millisecond)
		p.press("4")
		try := h.over()
		n := try.Notes["handling"]
		if n.Invalid != 1 || n.Early != 2 || n.Asked != 2 || len(try.Pressed) != 2 {
			t.Errorf("%+v", try)
		}
	})
}

// TestAwkwardTelephones: SIPp, which judges us as we judge it.
func TestAwkwardTelephones(t *testing.T) {
	t.Parallel()
	ring := func(n int) (out []string) {
		out = append(out, "recv INVITE", "100 Trying")
		for range n {
			out = append(out, "180 Ringing")
		}
		return out
	}
	answer := append(ring(1), "200 sdp", "recv ACK")
	bye := []string{"recv BYE", "200 OK"}
	cases := []struct {
		name  string
		steps []string
		ring  time.Duration
		want  voice.Outcome
		check func(*testing.T, voice.Try)
		long  bool
	}{
		{name: "busy", steps: append(ring(1), "486 Busy Here", "recv ACK"), want: voice.OutcomeBusy},
		{long: true, name: "rejects", steps: append(ring(1), "603 Decline", "recv ACK"), want: voice.OutcomeRejected},
		{name: "switched off, with an announcement before", steps: []string{"recv INVITE", "183 sdp", "pause 500", "480 Gone | Reason: Q.850;cause=1", "recv ACK"}, want: voice.OutcomeUnreachable},
		{name: "network full", steps: []string{"recv INVITE", "503 Full | Reason: Q.850;cause=34", "recv ACK"}, want: voice.OutcomeCongestion},
		{long: true, name: "rings for ever, fourteen times", steps: append(ring(14), "recv CANCEL", "200 OK", "487 INVITE", "recv ACK"), ring: 2 * time.Second, want: voice.OutcomeNoAnswer},
		{name: "answers as it is cancelled", steps: append(append(ring(1), "recv CANCEL", "200 OK", "200 INVITE sdp", "recv ACK"), bye...), ring: 2 * time.Second, want: voice.OutcomeNoAnswer},
		{long: true, name: "a dead line", steps: append(append([]string{}, answer...), bye...), want: voice.OutcomeNoKey, check: func(t *testing.T, try voice.Try) {
			if try.End != voice.EndLost && try.End != voice.EndNoInput {
				t.Errorf("%+v", try)
			}
		}},
		{name: "keys whose packets are lost", steps: append(append(append([]string{}, answer...),
			"pause 1500", "keys "+keysPcap(t, "1", 101, 6, 7, 8), "pause 2500", "keys "+keysPcap(t, "4", 101, 0, 1, 2), "pause 2500", "keys "+keysPcap(t, "1", 101, 0, 5, 6, 7)), bye...),
			want: voice.OutcomeAnswered, check: func(t *testing.T, try voice.Try) {
				if try.End != voice.EndCompleted || try.Pressed["handling"].Key != 4 || try.Pressed["hotline"].Key != 1 {
					t.Errorf("%+v", try)
				}
			}},
		{long: true, name: "keys under a number of its own, pressed early", steps: append(append(append([]string{}, ring(1)...), "200 sdp 96", "recv ACK",
			"keys "+keysPcap(t, "1", 96), "pause 1500", "keys "+keysPcap(t, "1", 96), "pause 2500", "keys "+keysPcap(t, "1", 96), "pause 2500", "keys "+keysPcap(t, "1", 96)), bye...),
			want: voice.OutcomeAnswered, check: func(t *testing.T, try voice.Try) {
				if try.Notes["opening"].Early != 1 || try.End != voice.EndCompleted {
					t.Errorf("%+v", try)
				}
			}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.long {
				testenv.Long(t)
			}
			s := newSipp(t, c.steps...)
			h := newHotline(t, sip.Config{Server: server(s.port), Ring: c.ring})
			if c.want == voice.OutcomeCongestion {
				testenv.Eventually(t, 20*time.Second, func() bool {
					reply, err := h.service.Calls(t.Context(), voice.CallsRequest{})
					return err == nil && len(reply.Calls) == 1 && len(reply.Calls[0].Tries) == 1 && reply.Calls[0].Tries[0].Outcome == c.want && reply.Calls[0].State == voice.StateWaiting
				}, "congestion is not tried again later")
				s.judge(t)
				return
			}
			try := h.over()
			if try.Outcome != c.want {
				t.Errorf("%+v, want %s", try, c.want)
			}
			if c.check != nil {
				c.check(t, try)
			}
			s.judge(t)
		})
	}
}

func listens(port int) bool {
	conn, err := netDial(fmt.Sprintf("127.0.0.1:%d", port))
	if err == nil {
		conn.Close()
	}
	return err == nil
}
