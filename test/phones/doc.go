// Package phones tries voice against telephones and a trunk that are not ours:
// baresip answers, presses keys, hangs up and records what it hears; SIPp is
// busy, rejects, rings for ever, answers as it is cancelled and loses key
// packets; Kamailio is the carrier's proxy with digest authentication. It has
// tests only.
package phones
