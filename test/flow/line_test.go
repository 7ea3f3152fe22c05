package flow

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/testenv"
	"minyi/test/smsc"
)

// TestDemo runs the demo as a newcomer does, on embedded defaults: import,
// send, residents who answer by page and by reply, analysis, score.
func TestDemo(t *testing.T) {
	t.Parallel()
	wholeLine(t, newSite(t), 90)
}

// TestWholeLineOnMongoDB runs the same with mongodb.uri set. The stand-in
// scans, so a hundred cases are enough.
func TestWholeLineOnMongoDB(t *testing.T) {
	t.Parallel()
	uri := os.Getenv("MINYI_TEST_MONGODB_URI")
	if uri == "" {
		testenv.Long(t) // the stand-in scans
		uri = standIn(t)
	}
	wholeLine(t, newSite(t), 100, "--set", "mongodb.uri="+uri, "--set", fmt.Sprintf("mongodb.database=flow%d", os.Getpid()))
}

// standIn runs the in-process stand-in in a process of its own, built without
// the race detector.
func standIn(t *testing.T) string {
	t.Helper()
	server := filepath.Join(t.TempDir(), "standin")
	build := exec.Command("go", "test", "-c", "-o", server, "minyi/internal/testenv/ferretdb")
	build.Dir = testenv.ProjectRoot()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the stand-in: %v\n%s", err, out)
	}
	cmd := exec.Command(server, "-test.run", "TestServe", "-test.timeout", "30m")
	cmd.Env = append(os.Environ(), "MINYI_TEST_STANDIN=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if uri, ok := strings.CutPrefix(lines.Text(), "URI "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return uri
		}
	}
	t.Fatal("the stand-in did not start")
	return ""
}

var link = regexp.MustCompile(`http://\S+/s/\S+`)

// wholeLine runs the demo until its line is done, answers the reader's own
// link, and watches the score and the words follow.
func wholeLine(t *testing.T, s *site, cases int, settings ...string) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "demo")
	args := append([]string{"demo", "--data", data, "--public", s.public, "--staff", s.staff, "--cases", fmt.Sprint(cases)}, settings...)
	s.env = nil
	i := s.launch(args...)
	testenv.Eventually(t, 10*time.Minute, func() bool { // the stand-in under the race detector is slow
		select {
		case <-i.done:
			t.Fatalf("the demo ended:\n%s", i.log)
		default:
		}
		return strings.Contains(i.log.String(), "5/5")
	}, "the demo's line is not done")
	testenv.Eventually(t, 10*time.Second, func() bool { return link.FindString(i.log.String()) != "" }, "no personal link")
	i.token = signIn.FindStringSubmatch(i.log.String())[1]
	before := i.sheet()
	if before.Answers < cases/5 || before.Root.Score == nil {
		t.Fatalf("after the line: %d answers, score %v", before.Answers, before.Root.Score)
	}
	if words := i.words(); len(words.Words) < 10 {
		t.Errorf("only %d hot words", len(words.Words))
	}
	personal := link.FindString(i.log.String())
	answerPage(t, personal, "1", "电梯坏了三天没人修,物业服务态度很差")
	testenv.Eventually(t, 15*time.Second, func() bool { return i.sheet().Answers == before.Answers+1 }, "the score does not follow the answer")
	testenv.Eventually(t, 15*time.Second, func() bool {
		for _, w := range i.words().Words {
			if strings.Contains(w.Word, "电梯") {
				return true
			}
		}
		return false
	}, "the cloud does not follow the answer")
	if page := fetch(t, personal); !strings.Contains(page, "您已评价") {
		t.Errorf("the link does not say that it was rated:\n%.400s", page)
	}
	i.stop()
}

func (i *instance) sheet() (s minyi.Sheet) {
	i.t.Helper()
	i.api("GET", "/api/v1/score/sheet?audience=resident", nil, &s)
	return s
}

func (i *instance) words() (w minyi.HotWords) {
	i.t.Helper()
	i.api("GET", "/api/v1/nlp/words?audience=resident&limit=200", nil, &w)
	return w
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	req, _ := http.NewRequest("GET", address, nil)
	req.Header.Set("Accept-Language", "zh-CN")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	_, _ = bufio.NewReader(resp.Body).WriteTo(&b)
	return b.String()
}

var (
	inputs = regexp.MustCompile(`<(?:input|textarea)[^>]*>`)
	attr   = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// answerPage fills the served form in as a browser without JavaScript would:
// the given value for every choice that offers it, the remark in the text.
func answerPage(t *testing.T, address, value, remark string) {
	t.Helper()
	form := url.Values{}
	for _, tag := range inputs.FindAllString(fetch(t, address), -1) {
		a := map[string]string{}
		for _, m := range attr.FindAllStringSubmatch(tag, -1) {
			a[m[1]] = m[2]
		}
		switch {
		case a["name"] == "":
		case strings.HasPrefix(tag, "<textarea"):
			form.Set(a["name"], remark)
		case a["type"] == "hidden":
			form.Set(a["name"], a["value"])
		case a["type"] == "radio" && (a["value"] == value || form.Get(a["name"]) == ""):
			form.Set(a["name"], a["value"])
		}
	}
	resp, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Fatalf("answer: %d", resp.StatusCode)
	}
}

// TestLosingRedisLosesNothing empties a real Redis again and again while a
// campaign goes out and residents answer.
func TestLosingRedisLosesNothing(t *testing.T) {
	t.Parallel()
	const cases = 300
	redis := testenv.RealRedis(t)
	carrier := smsc.Start(t)
	carrier.Set(map[string]any{"delayMs": 10})
	s := newSite(t, append(smppSettings(carrier), "MINYI_REDIS_ADDR="+redis, "MINYI_SURVEY_ANNOUNCE=2s", "MINYI_SMS_RATE=100")...)
	testenv.Eventually(t, 10*time.Second, func() bool { return flush(redis) == nil }, "redis-server does not answer")
	i := s.start()
	campaign := startCampaign(t, s, i, "队列丢失", cases)
	for _, reach := range []int{20, 120, 220} {
		testenv.Eventually(t, time.Minute, func() bool { return carrier.Stats().Submits >= reach }, "does not go on after a wipe")
		if err := flush(redis); err != nil {
			t.Fatal(err)
		}
	}
	awaitQuiet(t, i, campaign, cases)
	for number, n := range carrierCounts(carrier) {
		if n != 1 {
			t.Errorf("…%s got %d messages", number[7:], n)
		}
	}
	if n := len(carrierCounts(carrier)); n != cases {
		t.Errorf("%d of %d numbers reached", n, cases)
	}
	var replies []smsc.Reply
	for n := range 50 {
		replies = append(replies, smsc.Reply{From: testNumber(n), Text: "1"})
	}
	carrier.Send(replies...)
	if err := flush(redis); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, time.Minute, func() bool { return i.sheet().Answers == 50 }, "answers lost with Redis")
	i.stop()
}

// flush empties Redis.
func flush(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := fmt.Fprint(c, "FLUSHALL\r\n"); err != nil {
		return err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "+OK") {
		err = fmt.Errorf("redis: %s", line)
	}
	return err
}

// TestRestartContinues stops the program in an orderly way in mid-campaign and
// starts it again: everything goes out once.
func TestRestartContinues(t *testing.T) {
	t.Parallel()
	const cases = 400
	carrier := smsc.Start(t)
	carrier.Set(map[string]any{"delayMs": 10})
	s := newSite(t, append(smppSettings(carrier), "MINYI_SMS_RATE=150")...)
	i := s.start()
	campaign := startCampaign(t, s, i, "重启", cases)
	testenv.Eventually(t, time.Minute, func() bool { return carrier.Stats().Submits >= 100 }, "campaign does not start")
	i.stop()
	i = s.start()
	awaitQuiet(t, i, campaign, cases)
	counts := carrierCounts(carrier)
	for number, n := range counts {
		if n != 1 {
			t.Errorf("…%s got %d messages", number[7:], n)
		}
	}
	if unknown := i.status(campaign).Ledger.Counts["unknown"]; len(counts)+int(unknown) != cases {
		t.Errorf("%d numbers reached and %d unknown of %d", len(counts), unknown, cases)
	}
	i.stop()
}

// TestRealWorkOrdersBySMPP sends the shared list of 2,000 to the SMSC, with
// receipts and replies in the ledger.
func TestRealWorkOrdersBySMPP(t *testing.T) {
	t.Parallel()
	testenv.Long(t)
	list := testenv.Data(t, "workorders/clean.csv")
	carrier := smsc.Start(t)
	s := newSite(t, smppSettings(carrier)...)
	i := s.start()
	s.mustCLI("import", "cases", list)
	out := s.mustCLI("campaign", "create", "真实清单", "--questionnaire", "after-call", "--form", "digits", "--remind-hours", "0", "--start")
	campaign := minyi.CampaignID(strings.Fields(out[strings.Index(out, "cmp_"):])[0])
	awaitQuiet(t, i, campaign, 2000)
	counts := carrierCounts(carrier)
	if len(counts) != 2000 {
		t.Errorf("%d of 2000 numbers reached", len(counts))
	}
	if c := i.status(campaign).Ledger.Counts; c["delivered"] != 2000 {
		t.Errorf("ledger: %v", c)
	}
	var replies []smsc.Reply
	for number := range counts {
		replies = append(replies, smsc.Reply{From: number, Text: []string{"1", "２", "③", "满意", "5分"}[len(replies)%5]})
	}
	carrier.Send(replies...)
	testenv.Eventually(t, 2*time.Minute, func() bool { return i.status(campaign).Funnel.Counts[minyi.Completed] == 2000 }, "replies are not all answers")
	i.stop()
}

// TestACommandSendsNothing asks for things while no server runs: what waits
// goes out when one does, and not because somebody looked.
func TestACommandSendsNothing(t *testing.T) {
	t.Parallel()
	carrier := smsc.Start(t)
	s := newSite(t, smppSettings(carrier)...)
	campaign := startCampaign(t, s, nil, "无人值守", 60)
	for range 3 {
		s.mustCLI("campaign", "status", string(campaign))
	}
	if st := carrier.Stats(); st.Binds != 0 || st.Submits != 0 {
		t.Errorf("commands bound %d times and sent %d messages", st.Binds, st.Submits)
	}
	i := s.start()
	awaitQuiet(t, i, campaign, 60)
	if n := len(carrierCounts(carrier)); n != 60 {
		t.Errorf("%d of 60 went out once a server ran", n)
	}
	i.stop()
}

// TestSameFileTwiceAddsNothing imports one list twice through the command
// line.
func TestSameFileTwiceAddsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	list := writeCases(t, 40)
	s.mustCLI("import", "cases", list)
	out := s.mustCLI("import", "cases", list)
	if !strings.Contains(out, "导入 taken 0, 已有 known 40") {
		t.Errorf("second import:\n%s", out)
	}
}

// TestExportsOpen reads what export writes.
func TestExportsOpen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := filepath.Join(t.TempDir(), "old.csv")
	text := "编号,意见,评分\n1,电梯坏了没人修,1\n2,=cmd|'/c calc'!A1,5\n3,很满意,5\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.mustCLI("import", "answers", path, "-m", "id=编号", "-m", "text=意见", "-m", "rating=评分", "--day", "2026-11-01")
	out := s.mustCLI("export", "answers")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v\n%s", len(rows), err, out)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula leaves in %q", cell)
			}
		}
	}
	book := filepath.Join(t.TempDir(), "scores.xlsx")
	s.mustCLI("export", "scores", "-o", book)
	if info, err := os.Stat(book); err != nil || info.Size() < 2000 {
		t.Errorf("xlsx: %v %v", info, err)
	}
}
