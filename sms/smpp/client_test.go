package smpp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/sms/gatewaytest"
	"minyi/test/smsc"
)

const text = "【XX市12345热线】您反映的问题已办结,满意请回1。"

func config(addr string) Config {
	return Config{Addr: addr, SystemID: "minyi", Password: "secret", SystemType: "gov", Source: "1069012345", Window: 16, AllowTestNumbers: true,
		DialTimeout: 20 * time.Second, ResponseTimeout: 30 * time.Second,
		Backoff: Backoff{First: 20 * time.Millisecond, Most: 200 * time.Millisecond, Refused: 300 * time.Millisecond}}
}

func client(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs c until the test ends and gives its sink.
func run(t *testing.T, c *Client) *gatewaytest.Sink {
	t.Helper()
	sink := &gatewaytest.Sink{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = c.Run(ctx, sink); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return sink
}

func bound(t *testing.T, c *Client) {
	t.Helper()
	testenv.Eventually(t, 10*time.Second, func() bool { return c.Status().Bound }, "not bound")
}

func submit(c *Client, n int, text string) ([]string, *sms.SubmitError) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ids, err := c.Submit(ctx, sms.Message{ID: minyi.AttemptID(fmt.Sprint(n)), To: gatewaytest.Number(n), Text: text, Ref: 7})
	if err != nil {
		return ids, sms.AsSubmitError(err)
	}
	return ids, nil
}

func TestContract(t *testing.T) {
	gatewaytest.Run(t, func(t *testing.T) gatewaytest.Fixture {
		server := smsc.Start(t)
		c := client(t, config(server.Addr))
		return gatewaytest.Fixture{
			Gateway: c,
			Arrived: func(m minyi.Mobile) (texts []string) {
				for _, got := range server.Messages() {
					if got.Number == m.Reveal() {
						for range slices.Max(got.Counts) {
							texts = append(texts, got.Text)
						}
					}
				}
				return texts
			},
			Say: func(from minyi.Mobile, texts ...string) {
				for _, text := range texts {
					server.Send(smsc.Reply{From: "86" + from.Reveal(), Text: text})
				}
			},
			SayLong: func(from minyi.Mobile, segments ...string) {
				server.Send(smsc.Reply{From: from.Reveal(), Segments: segments, Reversed: true})
			},
			Fail: func(to minyi.Mobile, state string) {
				server.Set(map[string]any{"states": map[string]string{to.Reveal(): state}})
			},
		}
	})
}

func TestTheWindowIsKeptAndUsed(t *testing.T) {
	server := smsc.Start(t)
	server.Set(map[string]any{"delayMs": 400, "maxWindow": 5, "receipts": ""}) // long enough to fill the window on a slow machine
	cfg := config(server.Addr)
	cfg.Window = 5
	c := client(t, cfg)
	run(t, c)
	bound(t, c)
	var wg sync.WaitGroup
	for i := range 25 {
		wg.Go(func() {
			if _, err := submit(c, i, text); err != nil {
				t.Errorf("submit %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if st := server.Stats(); st.Widest != 5 || st.Submits != 25 || st.Binds != 1 {
		t.Fatalf("%+v", st)
	}
	if st := c.Status(); st.InFlight != 0 || st.Window != 5 {
		t.Fatalf("%+v", st)
	}
}

func TestThrottledIsRetryAndTheRestOfALongTextFollows(t *testing.T) {
	server := smsc.Start(t)
	c := client(t, config(server.Addr))
	run(t, c)
	bound(t, c)
	server.Set(map[string]any{"throttleNext": 1})
	if _, err := submit(c, 1, text); err == nil || err.Outcome != sms.OutcomeRetry || err.Code != "smpp 0x58" || err.After <= 0 {
		t.Fatalf("%+v", err)
	}
	long := text + strings.Repeat("请您评价。", 30)
	server.Set(map[string]any{"throttleNext": 1})
	ids, err := submit(c, 2, long)
	if err != nil || slices.Contains(ids, "") || len(ids) != 3 {
		t.Fatalf("%q %v", ids, err)
	}
	for _, m := range server.Messages() {
		if m.Number == gatewaytest.Number(2).Reveal() && (m.Text != long || slices.Max(m.Counts) != 1 || m.Ref != 7) {
			t.Fatalf("%+v", m)
		}
	}
}

func TestARefusalIsFinalWithItsCode(t *testing.T) {
	server := smsc.Start(t)
	c := client(t, config(server.Addr))
	run(t, c)
	bound(t, c)
	server.Set(map[string]any{"refuse": map[string]int{gatewaytest.Number(1).Reveal(): 0x0b}})
	if _, err := submit(c, 1, text); err == nil || err.Outcome != sms.OutcomeRefused || err.Code != "smpp 0x0b" || err.ZH == "" {
		t.Fatalf("%+v", err)
	}
}

func TestALineThatBreaksMakesUnansweredUnknownAndComesBack(t *testing.T) {
	server := smsc.Start(t)
	c := client(t, config(server.Addr))
	sink := run(t, c)
	bound(t, c)
	server.Set(map[string]any{"dropAfter": 3})
	outcomes := map[sms.Outcome]int{}
	for i := range 6 {
		_, err := submit(c, i, text)
		if err == nil {
			outcomes["accepted"]++
		} else {
			outcomes[err.Outcome]++
		}
	}
	if outcomes["accepted"] != 5 || outcomes[sms.OutcomeUnknown] != 1 {
		t.Fatalf("%v", outcomes)
	}
	// The SMSC had taken the one that we call unknown, and says so later.
	testenv.Eventually(t, 10*time.Second, func() bool { return len(sink.Receipts()) == 6 }, "receipts that were under way came never")
	if st := server.Stats(); st.Binds != 2 || st.Submits != 6 {
		t.Fatalf("%+v", st)
	}
}

func TestUnbindAndANewSMSCAreSurvived(t *testing.T) {
	port := testenv.FreePort(t)
	server := smsc.StartOn(t, port, 1000)
	c := client(t, config(server.Addr))
	run(t, c)
	bound(t, c)
	server.Unbind()
	testenv.Eventually(t, 10*time.Second, func() bool { return server.Stats().Binds == 2 && c.Status().Bound })
	server.Kill()
	testenv.Eventually(t, 10*time.Second, func() bool { return !c.Status().Bound })
	if _, err := submit(c, 1, text); err == nil || err.Outcome != sms.OutcomeRetry || err.Code != "not_bound" {
		t.Fatalf("%+v", err)
	}
	smsc.StartOn(t, port, 5000)
	bound(t, c)
	if _, err := submit(c, 1, text); err != nil {
		t.Fatal(err)
	}
	if st := c.Status(); st.LastError == "" || st.ErrorAt.IsZero() {
		t.Fatalf("%+v", st)
	}
}

func TestAWrongPasswordIsNamedAndNotHammered(t *testing.T) {
	server := smsc.Start(t)
	server.Set(map[string]any{"password": "other"})
	cfg := config(server.Addr)
	cfg.Backoff.Refused = time.Hour
	c := client(t, cfg)
	run(t, c)
	testenv.Eventually(t, 10*time.Second, func() bool { return strings.Contains(c.Status().LastError, "0x0e invalid password") })
	_, err := dial(context.Background(), cfg, nil)
	var refused *refusedBind
	if !errors.As(err, &refused) || refused.status != 0x0e {
		t.Fatalf("%v", err)
	}
}

func TestTestNumbersNeverReachARealCarrier(t *testing.T) {
	cfg := config("127.0.0.1:1")
	cfg.AllowTestNumbers = false
	_, err := submit(client(t, cfg), 1, text)
	if err == nil || err.Outcome != sms.OutcomeRefused || err.Code != "test_number" {
		t.Fatalf("%+v", err)
	}
}

func TestHexIDsMeetTheirDecimalReceipts(t *testing.T) {
	server := smsc.Start(t)
	server.Set(map[string]any{"hexIds": true, "receiptTwice": true})
	cfg := config(server.Addr)
	cfg.HexSubmitIDs = true
	c := client(t, cfg)
	sink := run(t, c)
	bound(t, c)
	ids, err := submit(c, 1, text)
	if err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, 10*time.Second, func() bool { return len(sink.Receipts()) == 2 })
	for _, r := range sink.Receipts() {
		if r.ID != ids[0] {
			t.Fatalf("receipt of %s, submitted as %s", r.ID, ids[0])
		}
	}
}

func TestTheExtensionGoesOutAndComesBack(t *testing.T) {
	server := smsc.Start(t)
	cfg := config(server.Addr)
	cfg.Extension = 3
	c := client(t, cfg)
	sink := run(t, c)
	bound(t, c)
	if _, err := submit(c, 1, text); err != nil {
		t.Fatal(err)
	}
	if m := server.Messages(); len(m) != 1 || m[0].From != cfg.Source+"007" {
		t.Fatalf("%+v", m)
	}
	server.Send(smsc.Reply{From: gatewaytest.Number(1).Reveal(), To: cfg.Source + "007", Text: "1"},
		smsc.Reply{From: gatewaytest.Number(1).Reveal(), To: cfg.Source, Text: "2"}, smsc.Reply{From: gatewaytest.Number(1).Reveal(), To: cfg.Source + "0071", Text: "3"})
	testenv.Eventually(t, 10*time.Second, func() bool { return len(sink.Replies()) == 3 })
	for _, r := range sink.Replies() {
		if want := map[string]string{"1": "007"}[r.Text]; r.Ext != want {
			t.Errorf("%s came to extension %q, want %q", r.Text, r.Ext, want)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for field, change := range map[string]func(*Config){
		"addr": func(c *Config) { c.Addr = "" }, "system_id": func(c *Config) { c.SystemID = strings.Repeat("x", 16) },
		"password": func(c *Config) { c.Password = "123456789" }, "prefix": func(c *Config) { c.Prefix = "0086" },
		"source": func(c *Config) { c.Source = strings.Repeat("1", 21) }, "extension": func(c *Config) { c.Source, c.Extension = "", 2 }, "system_type": func(c *Config) { c.SystemType = strings.Repeat("x", 13) },
	} {
		cfg := config("127.0.0.1:1")
		change(&cfg)
		if _, err := New(cfg, nil); err == nil || !strings.HasPrefix(err.Error(), field+":") {
			t.Errorf("%s: %v", field, err)
		}
	}
}
