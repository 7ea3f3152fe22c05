package sandbox

import (
	"context"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// OutboxRequest asks for the messages sent last.
type OutboxRequest struct {
	Limit int `query:"limit" json:"-"` // 1 to 1,000; 0: 20
}

// OutboxReply holds them, newest first. The outbox is in memory and begins
// anew with the process.
type OutboxReply struct {
	Messages []OutboxMessage `json:"messages"`
}

// OutboxMessage is one message as its recipient reads it.
type OutboxMessage struct {
	ID   string    `json:"id"`
	To   string    `json:"to"` // masked
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// ReplyRequest has the recipient of a message answer it.
type ReplyRequest struct {
	ID   string `path:"id" json:"-"`
	Text string `json:"text"`
}

// Routes lets staff read what residents were sent and answer in their place,
// which is the whole point of a sandbox. A real carrier has no such routes.
func (c *Carrier) Routes(staff *kit.Router) {
	kit.Handle(staff, "GET /api/v1/sandbox/messages", c.ListOutbox)
	kit.Handle(staff, "POST /api/v1/sandbox/messages/{id}/reply", c.Reply)
}

// ListOutbox gives the messages sent last.
func (c *Carrier) ListOutbox(_ context.Context, r OutboxRequest) (OutboxReply, error) {
	if r.Limit == 0 {
		r.Limit = 20
	}
	if r.Limit < 1 || r.Limit > 1000 {
		return OutboxReply{}, fault.New(fault.Invalid, "limit", "条数应在 1 到 1000 之间。", "limit is 1 to 1,000").On("limit")
	}
	reply := OutboxReply{Messages: []OutboxMessage{}}
	for _, m := range c.Latest(r.Limit) {
		reply.Messages = append(reply.Messages, OutboxMessage{ID: m.ID, To: m.To.String(), Text: m.Text, At: m.At})
	}
	return reply, nil
}

// Reply sends a text from the telephone that a message went to.
func (c *Carrier) Reply(_ context.Context, r ReplyRequest) (minyi.Done, error) {
	if strings.TrimSpace(r.Text) == "" {
		return minyi.Done{}, fault.New(fault.Invalid, "text_missing", "请填写回复内容，如 1。", "give the text of the reply, such as 1").On("text")
	}
	m, ok := c.message(r.ID)
	if !ok {
		return minyi.Done{}, fault.New(fault.NotFound, "message", "发件箱中没有这条短信，可用 minyi sandbox list 查看。", "no such message in the outbox; see minyi sandbox list").On("id")
	}
	return minyi.Done{}, c.Say(m.To, r.Text)
}

func (c *Carrier) message(id string) (Sent, bool) {
	for _, m := range c.Latest(c.cfg.Keep) {
		if m.ID == id {
			return m, true
		}
	}
	return Sent{}, false
}
