package sms_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/test/smsc"
)

const crashNumbers = 1000

// TestTheLedgerSurvivesKill runs the service as a process of its own, kills it
// with SIGKILL at random points of a campaign, and starts it again. Its Redis
// is in-process and dies with it. In the end the ledger must agree with what
// the SMSC has: nothing lost, nothing mis-stated, nothing sent twice.
func TestTheLedgerSurvivesKill(t *testing.T) {
	if dir := os.Getenv("MINYI_SMS_CRASH_DIR"); dir != "" {
		crashChild(t, dir, os.Getenv("MINYI_SMS_CRASH_SMSC"))
		return
	}
	server := smsc.Start(t)
	server.Set(map[string]any{"delayMs": 4, "receiptDelayMs": 20})
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(seed, 1))
	const kills = 5
	for range kills {
		from, more := server.Stats().Submits, 50+dice.IntN(200)
		child := exec.Command(os.Args[0], "-test.run=^TestTheLedgerSurvivesKill$", "-test.timeout=2m")
		child.Env = append(os.Environ(), "MINYI_SMS_CRASH_DIR="+dir, "MINYI_SMS_CRASH_SMSC="+server.Addr)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		kill := sync.OnceFunc(func() { _ = child.Process.Kill(); _ = child.Wait() })
		t.Cleanup(kill)
		testenv.Eventually(t, 60*time.Second, func() bool { return server.Stats().Submits >= from+more }, "sending stands still")
		kill()
	}
	f := newFlow(t, server.Addr, openDir(t, dir), numbered(crashNumbers), 2*time.Second)
	f.run()
	f.announce()
	testenv.Eventually(t, 90*time.Second, func() bool {
		c := f.counts()
		return c[sms.StateDelivered]+c[sms.StateUnknown] == crashNumbers && server.Stats().Outbox == 0
	}, "messages are left over")
	t.Logf("killed %d times (seed %d)", kills, seed)
	checkLedger(t, f, server)
	// Four batches of a window of 16 can have been under way at each kill.
	if unknown := f.counts()[sms.StateUnknown]; unknown > kills*4*16 {
		t.Errorf("%d unknown after %d kills: more than can have been under way", unknown, kills)
	}
	told := f.survey.Standing()
	for _, m := range f.numbers {
		if told[invitation(m)].Rank() == 0 {
			t.Fatalf("survey, asking again, was told nothing of %s", m)
		}
	}
}

// crashChild is the process that is killed.
func crashChild(t *testing.T, dir, addr string) {
	f := newFlow(t, addr, openDir(t, dir), numbered(crashNumbers), 2*time.Second)
	f.announce()
	if err := f.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func openDir(t *testing.T, dir string) *docstore.DB {
	t.Helper()
	engine, err := sqlite.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() { _ = db.Close() })
	return db
}
