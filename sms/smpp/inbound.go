package smpp

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"minyi"
	"minyi/sms"
)

// inbound reads deliver_sm and passes receipts and replies on.
type inbound struct {
	cfg  Config
	sink sms.Sink
	log  *slog.Logger
}

// take handles one deliver_sm and gives the status to answer with: 0 only when
// it is stored. A temporary error makes the SMSC keep it and come again.
func (in *inbound) take(ctx context.Context, f frame) uint32 {
	p, err := decode(f)
	d, ok := p.(*pdu.DeliverSM)
	if err != nil || !ok {
		in.log.Warn("smpp deliver_sm that cannot be read", "size", len(f), "err", err)
		return uint32(data.ESME_RX_P_APPN)
	}
	if receipt, ok := receiptOf(d, in.cfg.Source); ok {
		err = in.sink.Receipt(ctx, receipt)
	} else if reply, ok := replyOf(d); ok {
		reply.Ext = in.cfg.extensionOf(reply.To)
		err = in.sink.Reply(ctx, reply)
	} else {
		in.log.Info("smpp message from no mobile number dropped")
	}
	if err != nil {
		in.log.Warn("smpp message not stored, the SMSC will repeat it", "err", err)
		return uint32(data.ESME_RX_T_APPN)
	}
	return 0
}

// message_state values of SMPP 3.4 §5.2.28 in the writing of receipts.
var states = map[byte]string{1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD"}

// receiptOf reads a receipt, from its TLVs or from its text; the state is taken
// from the text first, because gateways put their own codes there. source is
// our own number.
func receiptOf(d *pdu.DeliverSM, source string) (sms.Receipt, bool) {
	id := tlvText(d, pdu.TagReceiptedMessageID)
	const receiptBits, receipt = 0x3c, 0x04
	text := receiptText(d)
	if d.EsmClass&receiptBits != receipt && id == "" && !saysReceipt(text) {
		return sms.Receipt{}, false
	}
	r := sms.Receipt{ID: id, Code: field(text, "stat"), At: time.Now()}
	if r.ID == "" {
		r.ID = field(text, "id")
	}
	if r.Code == "" {
		if state, ok := d.OptionalParameters[pdu.TagMessageStateOption]; ok && len(state.Data) == 1 {
			r.Code = states[state.Data[0]]
		}
	}
	if detail := field(text, "err"); r.Code != "DELIVRD" && strings.Trim(detail, "0") != "" {
		r.Code += " err:" + detail
	}
	r.Number = recipientOf(d, source)
	return r, true
}

// recipientOf gives whom a receipt is about: its source, save where the SMSC
// left the addresses in place. Our own number may be a mobile number too.
func recipientOf(d *pdu.DeliverSM, source string) minyi.Mobile {
	own, _ := minyi.ParseMobile(source)
	for _, address := range []string{d.SourceAddr.Address(), d.DestAddr.Address()} {
		if m, err := minyi.ParseMobile(address); err == nil && m != own {
			return m
		}
	}
	return minyi.Mobile{}
}

// saysReceipt reports whether a message that is not marked as a receipt has the
// wording of one; some SMSCs forget the mark. A person who writes so can only
// report on what went to that person: a receipt counts for its own number.
func saysReceipt(text string) bool {
	return strings.HasPrefix(strings.ToLower(text), "id:") && field(text, "stat") != "" && field(text, "dlvrd") != ""
}

// field gives what follows "label:" in a receipt's text, whatever its case, up
// to the next blank.
func field(text, label string) string {
	low := strings.ToLower(text)
	for at := 0; ; {
		i := strings.Index(low[at:], label+":")
		if i < 0 {
			return ""
		}
		i += at
		if i == 0 || low[i-1] == ' ' {
			value, _, _ := strings.Cut(text[i+len(label)+1:], " ")
			return value
		}
		at = i + 1
	}
}

// receiptText gives a receipt's octets as text, its lines made one; receipts
// are ASCII in practice, whatever data_coding says, save those that are UCS-2.
func receiptText(d *pdu.DeliverSM) string {
	_, raw := contentOf(d)
	text := string(raw)
	if d.Message.Encoding() == data.UCS2 {
		text = fromUCS2(raw)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError:
			return -1
		case r < ' ':
			return ' '
		}
		return r
	}, text)
}

// replyOf reads an inbound message; ok is false when its sender is not a
// mobile number.
func replyOf(d *pdu.DeliverSM) (sms.Reply, bool) {
	from, err := minyi.ParseMobile(d.SourceAddr.Address())
	if err != nil {
		return sms.Reply{}, false
	}
	header, raw := contentOf(d)
	return sms.Reply{From: from, To: d.DestAddr.Address(), Text: textOf(raw, d.Message.Encoding()), At: time.Now(), Part: partOf(d, header)}, true
}

// extensionOf gives the digits behind our number to which a reply was sent.
func (c Config) extensionOf(to string) string {
	ext, ok := strings.CutPrefix(to, c.Source)
	if !ok || c.Extension == 0 || len(ext) != c.Extension {
		return ""
	}
	return ext
}
