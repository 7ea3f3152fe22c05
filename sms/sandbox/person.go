package sandbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"time"

	"minyi"
	"minyi/internal/id"
	"minyi/sms"
)

// person is one resident with one message in hand.
type person struct {
	carrier *Carrier
	ctx     context.Context
	sink    sms.Sink
	mobile  minyi.Mobile
	text    string
	rng     *rand.Rand
	fate    string // a state that a test or a demonstration asked for
}

// live plays what follows a message: its receipts, then perhaps an answer.
func (p person) live(ids []string) {
	cfg := p.carrier.cfg
	dice := p.rng.Float64()
	mood := p.rng.NormFloat64()*0.24 + 0.68 // most callers of a hotline are content
	share := cfg.Residents
	state := "DELIVRD"
	switch {
	case p.fate != "":
		state = p.fate
	case dice < share.Dead:
		state = "MK:0001"
	case dice < share.Dead+share.Off:
		state = "MK:0004"
	}
	if cfg.ReceiptDelay > 0 {
		pause(p.ctx, cfg.ReceiptDelay/2+time.Duration(p.rng.Int64N(int64(cfg.ReceiptDelay))))
	}
	for _, carrierID := range ids {
		p.insist(func() error {
			return p.sink.Receipt(p.ctx, sms.Receipt{ID: carrierID, Number: p.mobile, Code: state, At: time.Now()})
		})
		p.carrier.receipts.Add(1)
	}
	if state == "DELIVRD" && !p.carrier.isReal(p.mobile) {
		p.answer(dice-share.Dead-share.Off, mood)
	}
}

// answer lets the dice decide how the person answers, if at all.
func (p person) answer(dice, mood float64) {
	share := p.carrier.cfg.Residents
	if dice >= share.OptOut+share.Page+share.Reply {
		return
	}
	if think := p.carrier.cfg.Think; think > 0 {
		pause(p.ctx, time.Duration(p.rng.Int64N(int64(think))))
	}
	link := linkIn(p.text)
	switch {
	case p.ctx.Err() != nil:
	case dice < share.OptOut:
		p.reply([]string{"退订", "TD", "拒收", "td"}[p.rng.IntN(4)])
	case dice < share.OptOut+share.Page && link != "" && p.carrier.page != nil:
		p.visit(link, mood)
	default:
		p.reply(p.words(mood))
	}
}

// visit opens the link and fills the page in.
func (p person) visit(link string, mood float64) {
	c := p.carrier
	hand := &hand{rng: p.rng, mood: mood, remarks: c.remarks, writes: p.rng.Float64() < c.cfg.Residents.Remarks}
	opened, answered := c.page.fillIn(p.ctx, link, hand)
	if opened {
		c.opened.Add(1)
	}
	switch {
	case answered:
		c.answered.Add(1)
	case p.ctx.Err() == nil:
		c.stuck.Add(1)
	}
}

// reply sends a text to the hotline.
func (p person) reply(text string) {
	r := sms.Reply{ID: id.New(""), From: p.mobile, To: "10690000", Text: text, At: time.Now()}
	p.insist(func() error { return p.sink.Reply(p.ctx, r) })
	p.carrier.replied.Add(1)
}

// insist hands something in until it is stored, as carriers do.
func (p person) insist(do func() error) {
	for p.ctx.Err() == nil {
		if do() == nil {
			return
		}
		pause(p.ctx, 200*time.Millisecond)
	}
}

// words writes a reply in one of the forms that people use. Key 1 is best,
// value 5 is best.
func (p person) words(mood float64) string {
	level := levelOf(mood)
	key := 6 - level
	forms := []string{
		fmt.Sprint(key), fmt.Sprint(key), fmt.Sprint(key), fmt.Sprint(key),
		string(rune('０' + key)), string(rune('①' + key - 1)), fmt.Sprintf("%d.", key), fmt.Sprintf("选%d", key),
		[]string{"一", "二", "三", "四", "五"}[key-1],
		fmt.Sprintf("%d分", level),
		minyi.Level(level).String(), fmt.Sprintf("%d%s", key, minyi.Level(level)),
		fmt.Sprintf("%d %s", key, p.carrier.remarks.pick(p.rng, mood)),
	}
	return forms[p.rng.IntN(len(forms))]
}

// levelOf turns a mood of 0…1 into a level 1…5.
func levelOf(mood float64) int { return min(5, max(1, 1+int(mood*5))) }

// link in a text: with or without a scheme; the path is what counts, because
// the page is only ever asked for at its loopback address.
var linkForm = regexp.MustCompile(`(?:https?://)?[A-Za-z0-9][A-Za-z0-9.:-]*(/[A-Za-z]{1,3}/[A-Za-z0-9]+)`)

func linkIn(text string) string {
	if m := linkForm.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
