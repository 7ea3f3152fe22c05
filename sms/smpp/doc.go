// Package smpp carries messages by SMPP 3.4.
//
// It owns the sessions to one account of an SMSC: bind, window, keep-alive and
// reconnection. It takes in sms.Message and gives out the SMSC's ids, receipts
// and replies. Encoding and decoding of PDUs is gosmpp's pdu package; session,
// window and splitting are our own, because there each loses messages: the
// split gives all segments one sequence number, the window writes before it
// stores, the bind takes a refusal for a broken line.
package smpp
