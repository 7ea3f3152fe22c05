// Package sip places telephone calls over a SIP trunk and carries their sound:
// it implements voice.Trunk. It is the only package that imports a SIP, RTP or
// SDP library.
//
// It owns the trunk's registration, the placement of a call with every answer
// that carriers give, the dialog until its BYE, one RTP socket a call with one
// sender that puts out a frame every 20 ms from answer to end, and the reading
// of keys (RFC 4733). It takes in numbers and A-law audio; it gives out keys,
// heard audio, and an outcome with the carrier's status and Q.850 cause.
//
// Not offered to anybody, and refused cleanly when a carrier tries: keys by
// SIP INFO (405), reliable provisional responses (100rel, PRACK), session
// timers, video, SRTP. Numbers are never logged: the library's own loggers are
// silenced, because they print start lines.
package sip
