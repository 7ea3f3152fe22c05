package sms_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/stream"
	"minyi/internal/testenv"
	"minyi/sms"
	"minyi/sms/gatewaytest"
	"minyi/sms/smpp"
	"minyi/sms/smstest"
	"minyi/test/smsc"
)

// flow is a service over SMPP to the test SMSC.
type flow struct {
	*sms.Service
	t       testing.TB
	survey  *smstest.Survey
	bus     *stream.Bus
	numbers []minyi.Mobile
}

const campaign minyi.CampaignID = "cmp"

func textFor(i int) string {
	return fmt.Sprintf("【XX市12345热线】您好,您反映的问题(尾号%04d)已办结,邀请您评价:http://12345.cn/s/Tok%05dabc,也可直接回复数字:1非常满意,2满意,3基本满意,4不满意,5非常不满意。", i, i)
}

// newFlow waits timeout for an answer of the SMSC, and lends a batch for three.
// Where nobody is killed a minute is right: whatever else the machine does, the
// SMSC has answered by then.
func newFlow(t testing.TB, addr string, db *docstore.DB, numbers []minyi.Mobile, timeout time.Duration) *flow {
	t.Helper()
	client, err := smpp.New(smpp.Config{Addr: addr, SystemID: "minyi", Source: "1069012345", Window: 16, AllowTestNumbers: true,
		DialTimeout: 2 * time.Second, Backoff: smpp.Backoff{First: 20 * time.Millisecond, Most: 200 * time.Millisecond}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &flow{t: t, survey: &smstest.Survey{}, bus: testenv.Bus(t), numbers: numbers}
	f.Service, err = sms.New(sms.Deps{DB: db, Bus: f.bus, Box: testenv.Secrets(t), Clock: clock.System(), Survey: f.survey,
		Lines: []sms.Line{{Name: "smpp", Gateway: client}},
		Config: sms.Config{Policy: sms.Policy{AlwaysOpen: true, SurveysPerWeek: 1}, SubmitTimeout: timeout, Lease: 3 * timeout,
			SweepEvery: 100 * time.Millisecond, TellAfter: time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	f.invite()
	return f
}

// invite gives every number an invitation.
func (f *flow) invite() {
	f.t.Helper()
	box := testenv.Secrets(f.t)
	for i, m := range f.numbers {
		sealed, err := box.Seal(m.Reveal())
		if err != nil {
			f.t.Fatal(err)
		}
		f.survey.Invite(minyi.Brief{Tenant: minyi.DefaultTenant, Invitation: invitation(m), Campaign: campaign, Go: true,
			To: sealed, Blind: box.Blind("mobile", m.Reveal()), Text: textFor(i)})
	}
}

func invitation(m minyi.Mobile) minyi.InvitationID { return minyi.InvitationID("inv-" + m.Reveal()) }

// run runs the service until the test ends.
func (f *flow) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	f.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			f.t.Error(err)
		}
	})
}

// announce makes every invitation due, as survey's sweeper does.
func (f *flow) announce() {
	f.t.Helper()
	var due []any
	for _, m := range f.numbers {
		due = append(due, minyi.InvitationDue{Tenant: minyi.DefaultTenant, Invitation: invitation(m)})
	}
	for chunk := range slices.Chunk(due, 500) {
		if err := f.bus.Publish(context.Background(), minyi.TopicInvitationDue, chunk...); err != nil {
			f.t.Fatal(err)
		}
	}
}

func (f *flow) counts() map[sms.State]int64 {
	f.t.Helper()
	reply, err := f.Ledger(context.Background(), sms.LedgerRequest{Campaign: campaign})
	if err != nil {
		f.t.Fatal(err)
	}
	return reply.Counts
}

// numbers of a work-order list as a hotline exports it.
func listed(t testing.TB) []minyi.Mobile {
	t.Helper()
	file, err := os.Open(testenv.Data(t, "workorders/clean.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(rows[0], "联系电话")
	var numbers []minyi.Mobile
	for _, r := range rows[1:] {
		m, err := minyi.ParseMobile(r[column])
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, m)
	}
	return numbers
}

func numbered(n int) (numbers []minyi.Mobile) {
	for i := range n {
		numbers = append(numbers, gatewaytest.Number(i))
	}
	return numbers
}

func TestAWorkOrderListReachesTheSMSCOnceEach(t *testing.T) {
	numbers := listed(t)
	server := smsc.Start(t)
	f := newFlow(t, server.Addr, testenv.DB(t), numbers, time.Minute)
	f.run()
	f.announce()
	n := int64(len(numbers))
	testenv.Eventually(t, 5*time.Minute, func() bool { return f.counts()[sms.StateDelivered] == n }, "not everything was delivered")
	arrived := map[string]string{}
	for _, m := range server.Messages() {
		if slices.Max(m.Counts) != 1 || m.Segments != m.Total || arrived[m.Number] != "" {
			t.Fatalf("number %s…: %+v", m.Number[:3], m.Counts)
		}
		arrived[m.Number] = m.Text
	}
	for i, m := range numbers {
		if arrived[m.Reveal()] != textFor(i) {
			t.Fatalf("%s got %q", m, arrived[m.Reveal()])
		}
	}
	testenv.Eventually(t, 10*time.Second, func() bool {
		told := 0
		for _, d := range f.survey.Standing() {
			if d == minyi.Delivered {
				told++
			}
		}
		return told == len(numbers)
	}, "survey was not told of every delivery")
	f.reply(server)
}

// reply has every fifth resident reply, one in forty in a long message.
func (f *flow) reply(server *smsc.SMSC) {
	f.t.Helper()
	forms := []string{"1", "２", "③", "四", "5.", "满意", "5分", "3 路灯还是不亮"}
	var replies []smsc.Reply
	for i := 0; i < len(f.numbers); i += 5 {
		r := smsc.Reply{From: "86" + f.numbers[i].Reveal(), Text: forms[i/5%len(forms)]}
		if i%40 == 0 {
			r = smsc.Reply{From: f.numbers[i].Reveal(), Segments: []string{"不满意," + strings.Repeat("路灯坏了", 14), "三个月没人修"}, Reversed: true}
		}
		replies = append(replies, r)
	}
	server.Send(replies...)
	testenv.Eventually(f.t, 30*time.Second, func() bool { return len(f.survey.Replies()) >= len(replies) }, "not every reply was heard")
	heard := map[minyi.InvitationID]minyi.HeardRequest{}
	for _, h := range f.survey.Replies() {
		if _, twice := heard[h.Invitation]; twice {
			f.t.Fatalf("a reply was heard twice")
		}
		heard[h.Invitation] = h
	}
	for i := 0; i < len(f.numbers); i += 5 {
		h := heard[invitation(f.numbers[i])]
		if i%40 == 0 && (h.Level != 2 || h.Comment == "") || i%40 == 5 && h.Key != 2 || i%40 == 30 && h.Level != 5 {
			f.t.Fatalf("reply %d was heard as key %d, level %d", i, h.Key, h.Level)
		}
	}
	if st := server.Stats(); st.Outbox != 0 || st.RefusedAcks != 0 {
		f.t.Fatalf("%+v", st)
	}
}

func TestAnSMSCThatKicksLosesNothing(t *testing.T) {
	server := smsc.Start(t)
	server.Set(map[string]any{"delayMs": 5, "receiptTwice": true})
	f := newFlow(t, server.Addr, testenv.DB(t), numbered(800), time.Minute)
	f.run()
	f.announce()
	for kick := range 4 {
		testenv.Eventually(t, 30*time.Second, func() bool { return server.Stats().Submits > 250*(kick+1) }, "sending stands still")
		server.Drop()
	}
	testenv.Eventually(t, 5*time.Minute, func() bool {
		c := f.counts()
		return c[sms.StateDelivered]+c[sms.StateUnknown] == 800 && server.Stats().Outbox == 0
	}, "messages are left over")
	checkLedger(t, f, server)
}

// checkLedger holds the ledger against what the SMSC has.
func checkLedger(t testing.TB, f *flow, server *smsc.SMSC) {
	t.Helper()
	states, err := f.StatesByNumber(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	arrived := map[string]int{}
	for _, m := range server.Messages() {
		if m.Segments == m.Total {
			arrived[m.Number] = max(arrived[m.Number], slices.Max(m.Counts))
		}
	}
	lost, misstated, duplicated, unknown := 0, 0, 0, 0
	for _, m := range f.numbers {
		state, n := states[m.Reveal()], arrived[m.Reveal()]
		switch {
		case state == sms.StateUnknown:
			unknown++
		case n == 0:
			lost++
		case state != sms.StateDelivered:
			misstated++
		}
		if n > 1 {
			duplicated++
		}
	}
	list, err := f.Unknown(context.Background(), sms.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d numbers: %d arrived, %d lost, %d mis-stated, %d duplicated, %d unknown", len(f.numbers), len(arrived), lost, misstated, duplicated, unknown)
	if lost != 0 || misstated != 0 || duplicated != 0 || int64(unknown) != list.Total {
		t.Fatalf("the ledger does not hold (%d listed as unknown)", list.Total)
	}
}
