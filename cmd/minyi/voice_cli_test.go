package main

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// TestTestCallsThatCannotBePlaced: a newcomer's first call says what is
// missing, or whom to ask, and fails.
func TestTestCallsThatCannotBePlaced(t *testing.T) {
	deaf, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	dir := t.TempDir()
	for _, c := range []struct {
		set  []string
		says []string
		code int
	}{
		{nil, []string{"voice.server", "voice.caller"}, 1},
		{[]string{"voice.server=127.0.0.1"}, []string{"voice.caller"}, 2},
		{[]string{"voice.caller=12345", fmt.Sprint("voice.server=", deaf.LocalAddr())}, []string{"线路故障", "no_provisional", "防火墙", "firewall"}, 1},
	} {
		args := []string{"voice", "call", "13800000001", "--set", "data=" + dir, "--set", "log.level=error"}
		for _, s := range c.set {
			args = append(args, "--set", s)
		}
		out, errs, code := says(t, args...)
		if code != c.code {
			t.Errorf("%v: exit %d\n%s%s", c.set, code, out, errs)
		}
		for _, want := range c.says {
			if !strings.Contains(out+errs, want) {
				t.Errorf("%v does not say %q:\n%s%s", c.set, want, out, errs)
			}
		}
	}
	if out, errs, code := says(t, "voice", "outcomes", "--set", "data="+dir); code != 0 || !strings.Contains(out, "还没有呼叫记录") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}
