package smpp

import (
	"context"
	"encoding/binary"
	"log/slog"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
	"golang.org/x/text/encoding/simplifiedchinese"

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
	if receipt, ok := receiptOf(d); ok {
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

// receiptOf reads a receipt, from its TLVs or from its text; the state is
// taken from the text first, because gateways put their own codes there.
func receiptOf(d *pdu.DeliverSM) (sms.Receipt, bool) {
	id := tlvText(d, pdu.TagReceiptedMessageID)
	const receiptBits, receipt = 0x3c, 0x04
	if d.EsmClass&receiptBits != receipt && id == "" {
		return sms.Receipt{}, false
	}
	text := rawText(d)
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
	// The recipient is the source of a receipt; some SMSCs leave it in place.
	var err error
	if r.Number, err = minyi.ParseMobile(d.SourceAddr.Address()); err != nil {
		r.Number, _ = minyi.ParseMobile(d.DestAddr.Address())
	}
	return r, true
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

// rawText gives a receipt's octets as text; receipts are ASCII in practice,
// whatever data_coding says, save those that are UCS-2.
func rawText(d *pdu.DeliverSM) string {
	raw := payload(d)
	if d.Message.Encoding() == data.UCS2 {
		return fromUCS2(raw)
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, string(raw))
}

func payload(d *pdu.DeliverSM) []byte {
	raw, _ := d.Message.GetMessageData()
	if len(raw) == 0 {
		raw = d.OptionalParameters[pdu.TagMessagePayload].Data
	}
	return raw
}

// replyOf reads an inbound message; ok is false when its sender is not a
// mobile number.
func replyOf(d *pdu.DeliverSM) (sms.Reply, bool) {
	from, err := minyi.ParseMobile(d.SourceAddr.Address())
	if err != nil {
		return sms.Reply{}, false
	}
	return sms.Reply{From: from, To: d.DestAddr.Address(), Text: textOf(d), At: time.Now(), Part: partOf(d)}, true
}

// extensionOf gives the digits behind our number to which a reply was sent.
func (c Config) extensionOf(to string) string {
	ext, ok := strings.CutPrefix(to, c.Source)
	if !ok || c.Extension == 0 || len(ext) != c.Extension {
		return ""
	}
	return ext
}

// partOf finds the place of a segment in the user data header, with a
// reference of one octet or two, or in the sar TLVs.
func partOf(d *pdu.DeliverSM) sms.Part {
	var p sms.Part
	if total, index, ref, ok := d.Message.UDH().GetConcatInfo(); ok {
		p = sms.Part{Ref: int(ref), Total: int(total), Index: int(index)}
	} else if ie, ok := d.Message.UDH().FindInfoElement(data.UDH_CONCAT_MSG_16_BIT_REF); ok && len(ie.Data) == 4 {
		p = sms.Part{Ref: int(binary.BigEndian.Uint16(ie.Data)), Total: int(ie.Data[2]), Index: int(ie.Data[3])}
	} else if ref := d.OptionalParameters[pdu.TagSarMsgRefNum].Data; len(ref) == 2 {
		p = sms.Part{Ref: int(binary.BigEndian.Uint16(ref)), Total: tlvByte(d, pdu.TagSarTotalSegments), Index: tlvByte(d, pdu.TagSarSegmentSeqnum)}
	}
	if p.Index < 1 || p.Index > p.Total {
		return sms.Part{} // nonsense: better a message of its own than none
	}
	return p
}

func tlvByte(d *pdu.DeliverSM, tag pdu.Tag) int {
	if b := d.OptionalParameters[tag].Data; len(b) == 1 {
		return int(b[0])
	}
	return 0
}

func tlvText(d *pdu.DeliverSM, tag pdu.Tag) string {
	f := d.OptionalParameters[tag]
	return strings.TrimSpace(f.String())
}

// textOf decodes a message by its data_coding. Codings that the library does
// not know are GB18030 in China (15), or UTF-8 by gateways that pass it on.
func textOf(d *pdu.DeliverSM) string {
	raw := payload(d)
	switch enc := d.Message.Encoding(); enc {
	case data.UCS2:
		return fromUCS2(raw)
	case data.GSM7BIT, data.ASCII, data.LATIN1:
		if text, err := enc.Decode(raw); err == nil {
			return text
		}
	}
	if utf8.Valid(raw) {
		return string(raw)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "")
	}
	return string(text)
}

func fromUCS2(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}
