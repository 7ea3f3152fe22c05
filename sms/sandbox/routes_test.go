package sandbox

import (
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/sms"
)

func TestStaffReadAndAnswerWhatResidentsWereSent(t *testing.T) {
	c := carrier(t, Config{})
	sink := run(t, c)
	to, err := minyi.ParseMobile("13812340001")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Submit(t.Context(), sms.Message{ID: "a1", To: to, Text: "【示例市12345热线】请回复1-5。"}); err != nil {
		t.Fatal(err)
	}
	box, err := c.ListOutbox(t.Context(), OutboxRequest{})
	if err != nil || len(box.Messages) != 1 {
		t.Fatalf("outbox %+v, %v", box, err)
	}
	m := box.Messages[0]
	if strings.Contains(m.To, "12340001") || !strings.Contains(m.Text, "请回复1-5") {
		t.Errorf("message %+v: the number must be masked, the text whole", m)
	}
	if _, err := c.Reply(t.Context(), ReplyRequest{ID: m.ID, Text: "1"}); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, 5*time.Second, func() bool {
		replies := sink.Replies()
		return len(replies) == 1 && replies[0].From == to && replies[0].Text == "1"
	})
	if _, err := c.Reply(t.Context(), ReplyRequest{ID: "sb-none", Text: "1"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a reply to no message: %v", err)
	}
	if _, err := c.Reply(t.Context(), ReplyRequest{ID: m.ID, Text: " "}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty reply: %v", err)
	}
}
