package flow

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/secret"
	"minyi/internal/testenv"
	"minyi/test/smsc"
)

// TestCrashLedger kills the process at random points of a campaign of 2,000
// against an SMSC that counts, restarts it, and asks of every number: did it
// reach the carrier, and does the ledger tell the truth?
func TestCrashLedger(t *testing.T) {
	t.Parallel()
	testenv.Long(t)
	const cases, kills = 2000, 5
	carrier := smsc.Start(t)
	carrier.Set(map[string]any{"delayMs": 15, "receiptDelayMs": 40})
	site := newSite(t, smppSettings(carrier)...)
	i := site.start()
	campaign := startCampaign(t, site, i, "崩溃台账", cases)
	rng := rand.New(rand.NewPCG(uint64(os.Getpid()), 7))
	for kill := range kills {
		reach := 50 + kill*cases/(kills+1) + rng.IntN(200)
		testenv.Eventually(t, 2*time.Minute, func() bool { return carrier.Stats().Submits >= reach }, "campaign does not go on after kill ", kill, ": ", carrier.Stats().Submits, " submits, want ", reach)
		i.kill()
		i = site.start()
	}
	awaitQuiet(t, i, campaign, cases)
	shown := i.status(campaign)
	i.stop()

	got := carrierCounts(carrier)
	ledger := readLedger(t, site)
	lost, wrong, twice, unknown := 0, 0, 0, 0
	for n := range cases {
		number := testNumber(n)
		row, ok := ledger[number]
		switch {
		case !ok || got[number] == 0 && row.State != "unknown":
			lost++
			t.Logf("lost: …%s is %q in the ledger, %d times at the carrier", number[7:], row.State, got[number])
		case row.State == "delivered" && got[number] == 0, row.State == "failed" || row.State == "refused" || row.State == "waiting" || row.State == "cancelled":
			wrong++
			t.Logf("mis-stated: …%s is %q, %d times at the carrier", number[7:], row.State, got[number])
		}
		if got[number] > 1 {
			twice++
		}
		if row.State == "unknown" {
			unknown++
		}
	}
	t.Logf("%d kills: %d at the carrier, %d unknown, %d twice, %d lost, %d mis-stated", kills, len(got), unknown, twice, lost, wrong)
	if lost+wrong+twice > 0 {
		t.Errorf("%d lost, %d mis-stated, %d sent twice; want none", lost, wrong, twice)
	}
	if int64(unknown) != shown.Ledger.Counts["unknown"] {
		t.Errorf("the operator is shown %d unknown, the ledger has %d", shown.Ledger.Counts["unknown"], unknown)
	}
	if shown.Funnel.Counts[minyi.Unknown] != unknown {
		t.Errorf("the funnel shows %d unknown, the ledger has %d", shown.Funnel.Counts[minyi.Unknown], unknown)
	}
}

// testNumber is the n-th number of the test block.
func testNumber(n int) string { return fmt.Sprintf("1990000%04d", n) }

func smppSettings(s *smsc.SMSC) []string {
	return []string{"MINYI_SMS_GATEWAY=smpp", "MINYI_SMS_SMPP_ADDR=" + s.Addr, "MINYI_SMS_SMPP_SYSTEM_ID=minyi", "MINYI_SMS_SMPP_PASSWORD=secret",
		"MINYI_SMS_SMPP_SOURCE=1063912345", "MINYI_SMS_SMPP_ALLOW_TEST_NUMBERS=true", "MINYI_SMS_ANSWER_WITHIN=2s", "MINYI_SMS_LEASE=6s"}
}

// writeCases writes n closed cases, one test number each.
func writeCases(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cases.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	_ = w.Write([]string{"工单编号", "受理时间", "办结时间", "诉求人", "联系电话", "诉求人类型", "区县", "承办单位", "诉求类别", "诉求标题"})
	units := []string{"城市管理局", "教育局", "水务集团", "公安局"}
	closed := time.Now().Add(-48 * time.Hour).In(minyi.Shanghai)
	for i := range n {
		_ = w.Write([]string{fmt.Sprintf("2026%08d", i), closed.Add(-72 * time.Hour).Format(time.DateTime), closed.Format(time.DateTime), "王芳", testNumber(i), "个人", "东湖区", units[i%len(units)], "城乡建设/物业管理", "路灯不亮"})
	}
	w.Flush()
	if err := f.Close(); err != nil || w.Error() != nil {
		t.Fatal(err, w.Error())
	}
	return path
}

// startCampaign imports n cases and starts a campaign over them.
func startCampaign(t *testing.T, s *site, i *instance, name string, n int) minyi.CampaignID {
	t.Helper()
	s.mustCLI("import", "cases", writeCases(t, n))
	out := s.mustCLI("campaign", "create", name, "--questionnaire", "after-call", "--form", "link", "--remind-hours", "0", "--start")
	id := strings.Fields(out[strings.Index(out, "cmp_"):])[0]
	return minyi.CampaignID(strings.TrimSuffix(id, ":"))
}

type status struct {
	Funnel minyi.Funnel `json:"funnel"`
	Ledger struct {
		Counts map[string]int64 `json:"counts"`
	} `json:"ledger"`
}

func (i *instance) status(id minyi.CampaignID) (s status) {
	i.t.Helper()
	q := "?campaign=" + url.QueryEscape(string(id))
	i.api("GET", "/api/v1/funnel"+q, nil, &s.Funnel)
	i.api("GET", "/api/v1/sms/ledger"+q, nil, &s.Ledger)
	return s
}

// awaitQuiet waits until every invitation has an outcome that will not move by
// itself, and the funnel agrees with the ledger.
func awaitQuiet(t *testing.T, i *instance, id minyi.CampaignID, all int) {
	t.Helper()
	var s status
	testenv.Eventually(t, 3*time.Minute, func() bool {
		s = i.status(id)
		c := s.Ledger.Counts
		settled := c["delivered"] + c["failed"] + c["unknown"] + c["refused"]
		f := s.Funnel.Counts
		told := f[minyi.Delivered] + f[minyi.Unknown] + f[minyi.Failed] + f[minyi.Unreachable] + f[minyi.NotSampled] + f[minyi.Completed]
		return settled == int64(all) && told == all
	}, "not settled: ", fmt.Sprintf("%+v", s))
}

// carrierCounts counts whole messages by number.
func carrierCounts(s *smsc.SMSC) map[string]int {
	counts := map[string]int{}
	for _, m := range s.Messages() {
		counts[m.Number] += slices.Max(m.Counts)
	}
	return counts
}

type ledgerRow struct {
	State string `json:"state"`
	To    string `json:"to"`
}

// readLedger reads the stopped site's ledger past the program, by number.
func readLedger(t *testing.T, s *site) map[string]ledgerRow {
	t.Helper()
	ctx := context.Background()
	engine, err := sqlite.Open(ctx, filepath.Join(s.data, "store"))
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	defer db.Close()
	ring, err := secret.LoadOrCreate(filepath.Join(s.data, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := secret.NewBox(ring)
	if err != nil {
		t.Fatal(err)
	}
	col, err := docstore.Open[ledgerRow](ctx, db, "sms_ledger")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]ledgerRow{}
	for doc, err := range col.Find(ctx, docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		number, err := box.Open(doc.Body.To)
		if err != nil {
			t.Fatal(err)
		}
		rows[number] = doc.Body
	}
	return rows
}
