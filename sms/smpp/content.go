package smpp

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
	"golang.org/x/text/encoding/simplifiedchinese"

	"minyi/sms"
)

// contentOf gives what a message carries: the elements of its user data header
// and the octets of its text, from short_message or from message_payload, in
// which the library leaves the header standing.
func contentOf(d *pdu.DeliverSM) (header pdu.UDH, text []byte) {
	if text, _ = d.Message.GetMessageData(); len(text) > 0 {
		return d.Message.UDH(), text
	}
	text = d.OptionalParameters[pdu.TagMessagePayload].Data
	if d.EsmClass&data.SM_UDH_GSM == 0 {
		return nil, text
	}
	n, err := header.UnmarshalBinary(text)
	if err != nil {
		return nil, text // the bit was a slip
	}
	return header, text[n:]
}

// partOf finds the place of a segment in the user data header, with a
// reference of one octet or two, or in the sar TLVs.
func partOf(d *pdu.DeliverSM, header pdu.UDH) sms.Part {
	var p sms.Part
	if total, index, ref, ok := header.GetConcatInfo(); ok {
		p = sms.Part{Ref: int(ref), Total: int(total), Index: int(index)}
	} else if ie, ok := header.FindInfoElement(data.UDH_CONCAT_MSG_16_BIT_REF); ok && len(ie.Data) == 4 {
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

// textOf reads octets by the coding that came with them. Only UCS-2 is taken
// at its word: under every other number, many of which the library does not
// know, gateways in China pass on GB18030 or
// UTF-8.
func textOf(raw []byte, enc data.Encoding) string {
	switch enc {
	case data.UCS2:
		return fromUCS2(raw)
	case data.GSM7BIT:
		if text, err := enc.Decode(raw); err == nil {
			return text
		}
	}
	if utf8.Valid(raw) && !likeGB(raw) {
		return string(raw)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "")
	}
	return string(text)
}

// likeGB reports whether octets that happen to be UTF-8 are GB all the same:
// 一 in GB is һ, a Cyrillic letter, in UTF-8's eyes. Chinese takes three octets there, and Greek
// or Cyrillic alone is written by nobody here.
func likeGB(raw []byte) bool {
	beyond := false
	for _, r := range string(raw) {
		if r >= 0x800 {
			return false
		}
		beyond = beyond || r > unicode.MaxASCII
	}
	return beyond
}

// fromUCS2 reads UTF-16, in the order of a mark in front where there is one.
func fromUCS2(b []byte) string {
	var order binary.ByteOrder = binary.BigEndian
	if len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe {
		order = binary.LittleEndian
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}
