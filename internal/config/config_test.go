package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/internal/fault"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "minyi.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsStand(t *testing.T) {
	c, err := Load(Sources{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Public.Listen != ":8080" || c.Staff.Listen != ":8081" || c.SMS.Gateway != "sandbox" || c.NLP.MinRespondents != 5 {
		t.Errorf("%+v", c)
	}
}

func TestLaterSourcesWin(t *testing.T) {
	file := write(t, "public:\n  listen: \":1\"\nsms:\n  rate: 7\n  per_day: 3\n")
	c, err := Load(Sources{File: file, Env: []string{"MINYI_PUBLIC_LISTEN=:2", "MINYI_SMS_RATE=8", "HOME=/x"}, Flags: map[string]string{"public.listen": ":3"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Public.Listen != ":3" || c.SMS.Rate != 8 || c.SMS.PerDay != 3 {
		t.Errorf("flags %q, env %d, file %d", c.Public.Listen, c.SMS.Rate, c.SMS.PerDay)
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	file := write(t, "public:\n  listen: x\n  listne: y\nsms:\n  rate: many\n  gateway: pigeon\n")
	_, err := Load(Sources{File: file, Env: []string{"MINYI_MONGO_URI=mongodb://u:hunter2@h"}, Flags: map[string]string{"sms.open_at": "noon"}})
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		t.Fatalf("err = %v", err)
	}
	for _, want := range []string{"public.listen", "did you mean public.listen?", "sms.rate", "sms.gateway", "MINYI_MONGO_URI", "sms.open_at"} {
		if !strings.Contains(f.EN, want) {
			t.Errorf("not told: %s\n%s", want, f.EN)
		}
	}
	if strings.Contains(f.EN, "hunter2") {
		t.Error("a secret was quoted")
	}
}

func TestSecretsComeFromFilesAndAreMasked(t *testing.T) {
	file := write(t, "mongodb://user:hunter2@db/\n")
	c, err := Load(Sources{Env: []string{"MINYI_MONGODB_URI_FILE=" + file}})
	if err != nil || c.MongoDB.URI != "mongodb://user:hunter2@db/" {
		t.Fatalf("%q, %v", c.MongoDB.URI, err)
	}
	var out bytes.Buffer
	if err := Print(&out, c); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "********") {
		t.Errorf("secrets are not masked:\n%s", out.String())
	}
	for _, k := range Keys() {
		if !strings.Contains(out.String(), k.Name+":") || k.About == "" {
			t.Errorf("setting %s is not printed with its help", k.Name)
		}
	}
}

func TestServiceLinksOfKubernetesAreNoSettings(t *testing.T) {
	if _, err := Load(Sources{Env: []string{"MINYI_SURVEY_PORT=tcp://10.0.0.1:8081", "MINYI_SURVEY_SERVICE_HOST=10.0.0.1", "MINYI_SURVEY_PORT_8081_TCP=tcp://10.0.0.1:8081"}}); err != nil {
		t.Error(err)
	}
}

func TestMissingSecretFileIsAFault(t *testing.T) {
	if _, err := Load(Sources{Env: []string{"MINYI_MONGODB_URI_FILE=/no/such"}}); err == nil {
		t.Error("accepted")
	}
}

func TestPeersNeedAToken(t *testing.T) {
	if _, err := Load(Sources{Flags: map[string]string{"peers.survey": "http://survey:8081"}}); err == nil {
		t.Error("a peer without peers.token was accepted")
	}
}

// Trunks come as a list in the file, or as JSON in a variable; each key is
// checked as elsewhere, and no password is shown.
func TestTrunks(t *testing.T) {
	file := write(t, "voice:\n  server: sip.a.cn\n  caller: \"0571012345\"\n  trunks:\n    - {name: b, server: sip.b.cn, caller: 12345, password: hunter2, user: u, laws: [pcmu], latch: true, max_calls: 4}\n    - {name: c, server: \"10.0.0.1:5061\", transport: tls, user: u, ring: 30s}\n")
	c, err := Load(Sources{File: file})
	if err != nil {
		t.Fatal(err)
	}
	all := c.Trunks()
	if len(all) != 3 || all[0].Name != "trunk" || all[1].Caller != "12345" || !all[1].Latch || all[1].MaxCalls != 4 || all[1].PerSecond != 5 ||
		strings.Join(all[1].LawNames(), " ") != "pcmu" || all[2].Transport != "tls" || all[2].Ring.String() != "30s" {
		t.Errorf("%+v", all)
	}
	var shown bytes.Buffer
	if err := Print(&shown, c); err != nil || strings.Contains(shown.String(), "hunter2") || !strings.Contains(shown.String(), "sip.b.cn") {
		t.Errorf("%v\n%s", err, shown.String())
	}
	if _, err := Load(Sources{Env: []string{`MINYI_VOICE_TRUNKS=[{"name":"b","server":"h","caller":"1"}]`}}); err != nil {
		t.Error(err)
	}
	for bad, want := range map[string]string{
		`[{"server":"h","caller":"1"}]`:                                    "name is needed",
		`[{"name":"b","sever":"h","caller":"1"}]`:                          "unknown key sever",
		`[{"name":"b","server":"h"}]`:                                      "caller",
		`[{"name":"b","server":"h","caller":"1","transport":"pigeon"}]`:    "transport",
		`[{"name":"b","server":"h","caller":"1","register":true}]`:         "user",
		`[{"name":"b","server":"h","user":"u","max_calls":"many"}]`:        "max_calls",
		`[{"name":"b","server":"h","user":"u","laws":"opus"}]`:             "laws",
		`[{"name":"b","server":"h","user":"u"},{"name":"b","server":"h"}]`: "name of its own",
		`{"name":"b"}`: "list of trunks",
	} {
		if _, err := Load(Sources{Flags: map[string]string{"voice.trunks": bad}}); err == nil || !strings.Contains(fault.As(err).EN, want) {
			t.Errorf("%s: %v, want %s", bad, err, want)
		}
	}
}

func FuzzFile(f *testing.F) {
	f.Add("public:\n  listen: \":1\"\n")
	f.Add("a: [1, {b: c}]\n")
	f.Add("\x00: \xff")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = Load(Sources{File: write(t, text)}) // must never panic
	})
}

func TestAddressesFollowTheListeners(t *testing.T) {
	for listen, want := range map[string]string{
		":9090": "http://127.0.0.1:9090", "0.0.0.0:9090": "http://127.0.0.1:9090", "[::]:9090": "http://127.0.0.1:9090",
		"10.1.2.3:9090": "http://10.1.2.3:9090", "127.0.0.1:0": "http://127.0.0.1:8081",
	} {
		c, err := Load(Sources{Flags: map[string]string{"staff.listen": listen}})
		if err != nil || c.Staff.URL != want {
			t.Errorf("listening on %s: %s, want %s; %v", listen, c.Staff.URL, want, err)
		}
	}
	c, err := Load(Sources{Flags: map[string]string{"staff.listen": ":9090", "staff.url": "https://minyi.intra"}})
	if err != nil || c.Staff.URL != "https://minyi.intra" {
		t.Errorf("an address that was set: %s, %v", c.Staff.URL, err)
	}
}
