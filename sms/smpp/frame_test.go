package smpp

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
	"golang.org/x/text/encoding/simplifiedchinese"

	"minyi/sms"
	"minyi/sms/gatewaytest"
)

// deliver makes a deliver_sm as an SMSC would.
func deliver(t testing.TB, change func(*pdu.DeliverSM)) *pdu.DeliverSM {
	t.Helper()
	d := pdu.NewDeliverSM().(*pdu.DeliverSM)
	d.SourceAddr, _ = pdu.NewAddressWithTonNpiAddr(1, 1, "8619900000001")
	d.DestAddr, _ = pdu.NewAddressWithTonNpiAddr(0, 0, "1069012345")
	change(d)
	p, err := decode(encode(d))
	if err != nil {
		t.Fatal(err)
	}
	return p.(*pdu.DeliverSM)
}

func body(t testing.TB, d *pdu.DeliverSM, raw []byte, enc data.Encoding) {
	t.Helper()
	if err := d.Message.SetMessageDataWithEncoding(raw, enc); err != nil {
		t.Fatal(err)
	}
}

func TestReceiptsAreReadAsGatewaysWriteThem(t *testing.T) {
	text := func(s string) func(*pdu.DeliverSM) {
		return func(d *pdu.DeliverSM) { d.EsmClass = 4; body(t, d, []byte(s), data.GSM7BIT) }
	}
	tlv := func(tag pdu.Tag, b string) pdu.Field { return pdu.Field{Tag: tag, Data: []byte(b)} }
	for name, c := range map[string]struct {
		change   func(*pdu.DeliverSM)
		id, code string
	}{
		"SMPP 3.4 appendix B": {text("id:0123456789 sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:DELIVRD err:000 text:hello"), "0123456789", "DELIVRD"},
		"capitals, an error":  {text("ID:ab_12 SUB:001 Stat:UNDELIV Err:027 Text:"), "ab_12", "UNDELIV err:027"},
		"no sub, own code":    {text("id:77 stat:MK:0001 err:000"), "77", "MK:0001"},
		"text that says id:":  {text("sub:001 text:xid:5 id:9 stat:EXPIRED"), "9", "EXPIRED"},
		"TLVs alone": {func(d *pdu.DeliverSM) {
			d.EsmClass = 4
			d.RegisterOptionalParam(tlv(pdu.TagReceiptedMessageID, "5a\x00"))
			d.RegisterOptionalParam(tlv(pdu.TagMessageStateOption, "\x02"))
		}, "5a", "DELIVRD"},
		"TLVs without the receipt bit": {func(d *pdu.DeliverSM) {
			d.RegisterOptionalParam(tlv(pdu.TagReceiptedMessageID, "6b\x00"))
			d.RegisterOptionalParam(tlv(pdu.TagMessageStateOption, "\x05"))
		}, "6b", "UNDELIV"},
		"text in message_payload": {func(d *pdu.DeliverSM) {
			d.EsmClass = 4
			d.RegisterOptionalParam(tlv(pdu.TagMessagePayload, "id:8 stat:REJECTD"))
		}, "8", "REJECTD"},
		"UCS-2":          {func(d *pdu.DeliverSM) { d.EsmClass = 4; body(t, d, ucs2("id:31 stat:DELIVRD err:000"), data.UCS2) }, "31", "DELIVRD"},
		"a line a field": {text("id:32\nsub:001\r\ndlvrd:001\nstat:DELIVRD\nerr:000\n"), "32", "DELIVRD"},
		"addresses in place": {func(d *pdu.DeliverSM) {
			text("id:34 stat:DELIVRD")(d)
			_ = d.SourceAddr.SetAddress("13800138000")
			_ = d.DestAddr.SetAddress("8619900000001")
		}, "34", "DELIVRD"},
		"not marked as such": {func(d *pdu.DeliverSM) {
			body(t, d, []byte("id:33 sub:001 dlvrd:001 stat:DELIVRD err:000 text:"), data.GSM7BIT)
		}, "33", "DELIVRD"},
	} {
		r, ok := receiptOf(deliver(t, c.change), "13800138000")
		if !ok || r.ID != c.id || r.Code != c.code || r.Number != gatewaytest.Number(1) {
			t.Errorf("%s: %v %q %q %v", name, ok, r.ID, r.Code, r.Number)
		}
	}
	if _, ok := receiptOf(deliver(t, func(d *pdu.DeliverSM) { body(t, d, []byte("1"), data.GSM7BIT) }), ""); ok {
		t.Error("a reply was taken for a receipt")
	}
}

func TestRepliesAreDecodedByTheirCoding(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("路灯不亮"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*pdu.DeliverSM)
		text   string
		part   sms.Part
	}{
		"GSM 7 bit":     {func(d *pdu.DeliverSM) { body(t, d, []byte("1 ok"), data.GSM7BIT) }, "1 ok", sms.Part{}},
		"UCS-2":         {func(d *pdu.DeliverSM) { body(t, d, ucs2("不满意😀"), data.UCS2) }, "不满意😀", sms.Part{}},
		"GB18030 as 15": {func(d *pdu.DeliverSM) { body(t, d, gb, coding15{}) }, "路灯不亮", sms.Part{}},
		"8-bit header":  {udh(t, []byte{5, 0, 3, 9, 2, 1}, "路灯"), "路灯", sms.Part{Ref: 9, Total: 2, Index: 1}},
		"16-bit header": {udh(t, []byte{6, 8, 4, 1, 9, 2, 2}, "不亮"), "不亮", sms.Part{Ref: 265, Total: 2, Index: 2}},
		"sar TLVs": {func(d *pdu.DeliverSM) {
			body(t, d, ucs2("一"), data.UCS2)
			d.RegisterOptionalParam(pdu.Field{Tag: pdu.TagSarMsgRefNum, Data: []byte{1, 2}})
			d.RegisterOptionalParam(pdu.Field{Tag: pdu.TagSarTotalSegments, Data: []byte{3}})
			d.RegisterOptionalParam(pdu.Field{Tag: pdu.TagSarSegmentSeqnum, Data: []byte{2}})
		}, "一", sms.Part{Ref: 258, Total: 3, Index: 2}},
		"header in message_payload": {func(d *pdu.DeliverSM) {
			d.EsmClass = data.SM_UDH_GSM
			d.RegisterOptionalParam(pdu.Field{Tag: pdu.TagMessagePayload, Data: append([]byte{5, 0, 3, 9, 2, 1}, ucs2("路灯")...)})
			body(t, d, nil, data.UCS2)
		}, "路灯", sms.Part{Ref: 9, Total: 2, Index: 1}},
		"a digit in GB18030 that is UTF-8 too": {func(d *pdu.DeliverSM) { body(t, d, []byte{0xd2, 0xbb}, coding15{}) }, "一", sms.Part{}},
		"the same under another coding":        {func(d *pdu.DeliverSM) { body(t, d, []byte{0xd2, 0xbb}, data.GSM7BIT) }, "一", sms.Part{}},
		"UTF-8 as 15":                          {func(d *pdu.DeliverSM) { body(t, d, []byte("满意"), coding15{}) }, "满意", sms.Part{}},
		"GB18030 as Latin-1":                   {func(d *pdu.DeliverSM) { body(t, d, gb, data.LATIN1) }, "路灯不亮", sms.Part{}},
		"UCS-2 the other way round":            {func(d *pdu.DeliverSM) { body(t, d, []byte{0xff, 0xfe, 0x31, 0}, data.UCS2) }, "1", sms.Part{}},
		"UCS-2 with a mark":                    {func(d *pdu.DeliverSM) { body(t, d, append([]byte{0xfe, 0xff}, ucs2("1")...), data.UCS2) }, "1", sms.Part{}},
		"part 5 of 2":                          {udh(t, []byte{5, 0, 3, 9, 2, 5}, "路灯"), "路灯", sms.Part{}},
	} {
		r, ok := replyOf(deliver(t, c.change))
		if !ok || r.Text != c.text || r.Part != c.part || r.From != gatewaytest.Number(1) || r.To != "1069012345" {
			t.Errorf("%s: %v %q %+v", name, ok, r.Text, r.Part)
		}
	}
}

// coding15 is GB in the coding number that Chinese gateways use.
type coding15 struct{}

func (coding15) Encode(string) ([]byte, error) { return nil, io.EOF }
func (coding15) Decode([]byte) (string, error) { return "", io.EOF }
func (coding15) DataCoding() byte              { return 15 }

// udh makes a segment with a user data header of the test's own octets.
func udh(t testing.TB, header []byte, text string) func(*pdu.DeliverSM) {
	return func(d *pdu.DeliverSM) {
		d.EsmClass = data.SM_UDH_GSM
		body(t, d, append(header, ucs2(text)...), data.UCS2)
	}
}

func TestALengthThatCannotBeEndsTheLineAndABadBodyDoesNot(t *testing.T) {
	for _, length := range []string{"00000000", "0000000f", "00010001", "ffffffff"} {
		raw, _ := hex.DecodeString(length + "00000005" + "00000000" + "00000001")
		if _, err := readFrame(bytes.NewReader(raw)); err == nil || !strings.Contains(err.Error(), "command_length") {
			t.Errorf("length %s: %v", length, err)
		}
	}
	in := &inbound{sink: &gatewaytest.Sink{}, log: slog.New(slog.DiscardHandler)}
	if status := in.take(context.Background(), bare(data.DELIVER_SM, 0, 1)); status != uint32(data.ESME_RX_P_APPN) {
		t.Errorf("an empty deliver_sm was answered with 0x%x", status)
	}
}

func FuzzDeliverSM(f *testing.F) {
	f.Add([]byte(encode(deliver(f, func(d *pdu.DeliverSM) { d.EsmClass = 4; body(f, d, []byte("id:1 stat:DELIVRD"), data.GSM7BIT) }))))
	f.Add([]byte(encode(deliver(f, udh(f, []byte{5, 0, 3, 9, 2, 1}, "路灯")))))
	f.Add([]byte(bare(data.SUBMIT_SM_RESP, 0x58, 7)))
	f.Add([]byte(bare(data.GENERIC_NACK, 3, 7)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fr, err := readFrame(bytes.NewReader(raw))
		if err != nil {
			return
		}
		if len(fr) < headerSize || len(fr) > maxFrame {
			t.Fatalf("a frame of %d", len(fr))
		}
		sink := &gatewaytest.Sink{}
		in := &inbound{sink: sink, log: slog.New(slog.DiscardHandler)}
		if fr.command() == data.DELIVER_SM {
			status := in.take(t.Context(), fr)
			if stored := len(sink.Receipts()) + len(sink.Replies()); stored > 1 || stored == 1 && status != 0 {
				t.Fatalf("%d stored, answered with 0x%x", stored, status)
			}
			return
		}
		if p, err := decode(fr); err == nil && p == nil {
			t.Fatal("neither a PDU nor an error")
		}
	})
}
