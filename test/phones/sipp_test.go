package phones

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/internal/testenv"
)

// sipp plays a scenario written as short steps and judges by its exit status.
// Steps: "recv INVITE", "180", "200 sdp", "200", "486 Busy Here", "487
// INVITE", "pause 500", "keys FILE", and headers after a bar: "480 Gone |
// Reason: Q.850;cause=20".
type sipp struct {
	port   int
	proc   *process
	errors string
}

func newSipp(t testing.TB, steps ...string) *sipp {
	t.Helper()
	return newSippWith(t, []string{"-m", "1"}, steps...)
}

func newSippWith(t testing.TB, options []string, steps ...string) *sipp {
	t.Helper()
	path := program(t, "sipp")
	dir := t.TempDir()
	s := &sipp{port: testenv.FreePort(t), errors: filepath.Join(dir, "errors")}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><scenario name="phone">` + "\n")
	for _, step := range steps {
		b.WriteString(stepXML(step))
	}
	b.WriteString("</scenario>\n")
	file := filepath.Join(dir, "scenario.xml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append(options, "-sf", file, "-i", "127.0.0.1", "-p", fmt.Sprint(s.port), "-mi", "127.0.0.1", "-mp", fmt.Sprint(testenv.FreePort(t)),
		"-timeout", "120s", "-timeout_error", "-nostdin", "-trace_err", "-error_file", s.errors)
	s.proc = start(t, path, args...)
	// It tells nobody when its socket is open, but the kernel does.
	testenv.Eventually(t, 30*time.Second, func() bool {
		if s.proc.ended() {
			t.Fatalf("SIPp did not start:\n%s", tailOf(s.proc.out.String()))
		}
		return bound(t, s.port)
	}, "SIPp does not open its port")
	return s
}

// bound reports whether somebody has a UDP port.
func bound(t testing.TB, port int) bool {
	t.Helper()
	table, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(table), fmt.Sprintf(":%04X ", port))
}

// judge waits for the scenario's end.
func (s *sipp) judge(t testing.TB) {
	t.Helper()
	select {
	case err := <-s.proc.done:
		s.proc.done <- err
		if err != nil {
			why, _ := os.ReadFile(s.errors)
			t.Errorf("the telephone saw something else than its scenario: %v\n%s", err, tailOf(string(why)))
		}
	case <-time.After(3 * time.Minute): // SIPp itself gives up before
		t.Error("the telephone's scenario did not end")
	}
}

func tailOf(s string) string { return s[max(0, len(s)-1500):] }

func stepXML(step string) string {
	step, headers, _ := strings.Cut(step, " | ")
	word, rest, _ := strings.Cut(step, " ")
	switch word {
	case "recv":
		return fmt.Sprintf(`<recv request="%s" crlf="true"/>`+"\n", rest)
	case "pause":
		return fmt.Sprintf(`<pause milliseconds="%s"/>`+"\n", rest)
	case "keys":
		return fmt.Sprintf(`<nop><action><exec play_pcap_audio="%s"/></action></nop>`+"\n", rest)
	}
	cseq := "[last_CSeq:]"
	if rest == "INVITE" { // a final response to the INVITE after its CANCEL
		cseq, rest = "CSeq: [cseq] INVITE", "Request Terminated"
	}
	if rest == "INVITE sdp" {
		cseq, rest = "CSeq: [cseq] INVITE", "sdp"
	}
	body, length := "", "Content-Length: 0"
	if strings.HasPrefix(rest, "sdp") {
		payload := "101"
		if p := strings.TrimPrefix(rest, "sdp "); p != rest {
			payload = p
		}
		body = "\nv=0\no=phone 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 8 " + payload +
			"\na=rtpmap:8 PCMA/8000\na=rtpmap:" + payload + " telephone-event/8000\na=fmtp:" + payload + " 0-15\n"
		rest, length = "OK", "Content-Type: application/sdp\nContent-Length: [len]"
	}
	if headers != "" {
		headers += "\n"
	}
	return fmt.Sprintf("<send><![CDATA[\nSIP/2.0 %s %s\n[last_Via:]\n[last_From:]\n[last_To:];tag=phone[call_number]\n[last_Call-ID:]\n[last_Record-Route:]\n%s\nContact: <sip:phone@[local_ip]:[local_port]>\n%s%s\n%s\n]]></send>\n",
		word, rest, cseq, headers, length, body)
}
