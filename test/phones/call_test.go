package phones

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/testenv"
	"minyi/voice"
	"minyi/voice/g711"
	"minyi/voice/prompt"
	"minyi/voice/sip"
	"minyi/voice/voicetest"
)

// hotline is voice with a real trunk, a real engine and fake peers.
type hotline struct {
	t        testing.TB
	service  *voice.Service
	survey   *voicetest.Survey
	contacts *voicetest.Contacts
	engine   prompt.Engine
}

func newHotline(t testing.TB, cfg sip.Config, change ...func(*voice.Config)) *hotline {
	t.Helper()
	program(t, "espeak-ng")
	cfg.Name, cfg.Bind, cfg.RTPTimeout = "trunk", "127.0.0.1", 8*time.Second
	if cfg.Caller == "" {
		cfg.Caller = "057112345"
	}
	trunk, err := sip.New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &hotline{t: t, survey: voicetest.NewSurvey(), contacts: voicetest.NewContacts(), engine: prompt.Command{Speed: "260", Spellings: prompt.DefaultSpellings()}}
	vc := voice.Config{Policy: voice.Policy{AlwaysOpen: true, Tries: 1}, LookEvery: 50 * time.Millisecond, WatchEvery: 200 * time.Millisecond, SweepEvery: 200 * time.Millisecond,
		Times: voice.Times{Key: 15 * time.Second, Digit: time.Second, Early: 600 * time.Millisecond, Remark: 5 * time.Second, Held: 10 * time.Second}}
	for _, f := range change {
		f(&vc)
	}
	box, bus := testenv.Secrets(t), testenv.Bus(t)
	h.service, err = voice.New(voice.Deps{DB: testenv.DB(t), Bus: bus, Box: box, Clock: clock.System(), Survey: h.survey, Contacts: h.contacts,
		Trunks: []voice.Trunk{trunk}, Engine: h.engine, Config: vc})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { h.service.Run(ctx) })
	t.Cleanup(func() { stop(); wg.Wait() })
	sealed, err := box.Seal(phoneNumber)
	if err != nil {
		t.Fatal(err)
	}
	b := voicetest.Brief("inv", sealed, box.Blind("mobile", phoneNumber), time.Now().Add(time.Hour))
	b.Dialogue = dialogue()
	h.survey.Add(b)
	if cfg.Register {
		testenv.Eventually(t, 10*time.Second, func() bool {
			s, err := h.service.Trunks(ctx, voice.TenantRequest{})
			return err == nil && s.Trunks[0].Up
		}, "the trunk did not register")
	}
	if err := bus.Publish(ctx, minyi.TopicCallDue, minyi.CallDue{Tenant: minyi.DefaultTenant, Invitation: "inv"}); err != nil {
		t.Fatal(err)
	}
	return h
}

// dialogue is short, for telephones run on real time.
func dialogue() minyi.Dialogue {
	d := voicetest.Dialogue()
	d.Opening = "您好，这里是{hotline}，就您{date}反映的问题回访。参加请按1，拒绝请按9。"
	d.Questions[0].Text = "办理结果是否满意？满意请按1，不满意请按4。"
	d.Questions[1].Text = "热线服务是否满意？满意请按1，不满意请按4。"
	return d
}

// over waits for the call's end.
func (h *hotline) over() voice.Try {
	h.t.Helper()
	var item voice.CallItem
	testenv.Eventually(h.t, 2*time.Minute, func() bool {
		reply, err := h.service.Calls(context.Background(), voice.CallsRequest{})
		if err != nil || len(reply.Calls) == 0 {
			return false
		}
		item = reply.Calls[0]
		return item.State == voice.StateDone && len(item.Tries) > 0
	}, "the call did not end")
	return item.Tries[0]
}

// at waits until the dialogue stands at a step.
func (h *hotline) at(step string) {
	h.t.Helper()
	testenv.Eventually(h.t, 30*time.Second, func() bool {
		live, err := h.service.Live(context.Background(), voice.TenantRequest{})
		return err == nil && len(live.Calls) == 1 && live.Calls[0].Step == step
	}, "the dialogue did not come to "+step)
}

// opening is the sound that the opening should have.
func (h *hotline) opening() []int16 {
	h.t.Helper()
	text := ""
	for _, u := range voice.NewSpec(dialogue(), false, voice.DefaultTimes()).Opening {
		text += u.Text
	}
	wav, err := h.engine.Speak(context.Background(), prompt.Words(text, "zh-CN"), "zh-CN")
	if err != nil {
		h.t.Fatal(err)
	}
	clip, err := prompt.Convert(wav)
	if err != nil {
		h.t.Fatal(err)
	}
	return g711.DecodeA(clip.ALaw)
}

// likeness is the correlation of want with got where it fits best, if it
// begins within the first three seconds. The place is sought with every fourth
// sample of 200 ms, because the race detector makes each step dear.
func likeness(want, got []int16) float64 {
	from := len(want) / 3
	best, at := 0.0, 0
	for i := 0; i < 3*g711.Rate && i+len(want) <= len(got); i++ {
		if c := strided(want[from:from+g711.Rate/5], got[i+from:], 4); c > best {
			best, at = c, i
		}
	}
	if best == 0 {
		return 0
	}
	return strided(want, got[at:], 1)
}

// strided is the correlation of every step-th sample of a with b.
func strided(a, b []int16, step int) float64 {
	var ab, aa, bb float64
	for i := 0; i < len(a); i += step {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// samplesOf reads the data of a phone's recording, whose header is unfinished
// while the phone runs.
func samplesOf(wav []byte) []int16 {
	out := make([]int16, (len(wav)-44)/2)
	for i := range out {
		out[i] = int16(uint16(wav[44+2*i]) | uint16(wav[45+2*i])<<8)
	}
	return out
}

func server(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
