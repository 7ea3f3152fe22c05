package config

import (
	"fmt"
	"strings"
	"testing"
)

func TestAccountsComeFromTheFileAndFromSettings(t *testing.T) {
	file := write(t, `
sms:
  gateway: smpp
  smpp: {addr: "h:1", system_id: first, password: hunter2}
  accounts:
    - {name: cmcc, addr: "h:2", system_id: second, password: hunter3, networks: [mobile, broadnet], weight: 3, extension: 4, open_at: "08:00", close_at: "21:00"}
`)
	c, err := Load(Sources{File: file})
	if err != nil {
		t.Fatal(err)
	}
	all := c.Accounts()
	if len(all) != 2 || all[0].Name != "smpp" || all[0].Window != 16 || all[0].CloseAt != "24:00" {
		t.Fatalf("%v", all)
	}
	if a := all[1]; a.Weight != 3 || a.Extension != 4 || a.Window != 16 || strings.Join(a.NetworkNames(), " ") != "mobile broadnet" || a.Password != "hunter3" {
		t.Fatalf("%v", a)
	}
	if shown := fmt.Sprintf("%v %+v %#v", all, all[1], all[1]); strings.Contains(shown, "hunter") {
		t.Errorf("a password is shown: %s", shown)
	}
	var b strings.Builder
	if err := Print(&b, c); err != nil || strings.Contains(b.String(), "hunter") {
		t.Errorf("a password is printed, or %v", err)
	}
}

func TestWrongAccountsAreToldAllAtOnce(t *testing.T) {
	file := write(t, `
sms:
  gateway: smpp
  keep: 24h
  smpp: {addr: "h:1", system_id: a}
  accounts:
    - {name: smpp, addr: "h:2", system_id: b}
    - {name: x, addr: "h:3", system_id: c, networks: pigeon, prefix: "0086", window: 0}
    - {name: y, addr: "h:4", system_id: d, open_at: "21:00", close_at: "08:00", rate: -1}
`)
	_, err := Load(Sources{File: file})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"sms.accounts, smpp: name", "sms.accounts, x: networks", "sms.accounts, x: prefix", "sms.accounts, x: window", "sms.accounts, y: close_at", "sms.accounts, y: rate", "sms.keep"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in:\n%v", want, err)
		}
	}
	_, err = Load(Sources{Env: []string{`MINYI_SMS_ACCOUNTS=[{"name":"z","adr":"h:1","system_id":"s"}]`}})
	if err == nil || !strings.Contains(err.Error(), "unknown key adr") || !strings.Contains(err.Error(), "addr is needed") {
		t.Errorf("%v", err)
	}
	if _, err := Load(Sources{Flags: map[string]string{"sms.gateway": "smpp"}}); err == nil || !strings.Contains(err.Error(), "sms.smpp.addr") {
		t.Errorf("%v", err)
	}
}
