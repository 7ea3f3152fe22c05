package sip

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"minyi/voice"
)

// classify gives the outcome of a final refusal. A Q.850 cause, where the
// carrier gives one, says more than the SIP status: switched-off telephones
// come as 480 with cause 20, full networks as 503 or 480 with 34.
func classify(code, cause int) voice.Outcome {
	if o, ok := byCause(cause); ok {
		return o
	}
	switch code {
	case 486, 600:
		return voice.OutcomeBusy
	case 408, 480, 487:
		return voice.OutcomeNoAnswer
	case 404, 410, 484, 604, 485, 416:
		return voice.OutcomeUnreachable
	case 603, 607, 608:
		return voice.OutcomeRejected
	case 403:
		return voice.OutcomeRejected
	}
	return voice.OutcomeTrunk
}

// byCause reads a Q.850 cause; ok is false for causes that say nothing of the
// person, such as 31 normal, unspecified.
func byCause(cause int) (voice.Outcome, bool) {
	switch cause {
	case 17:
		return voice.OutcomeBusy, true
	case 18, 19:
		return voice.OutcomeNoAnswer, true
	case 21:
		return voice.OutcomeRejected, true
	case 1, 20, 22, 27, 28:
		return voice.OutcomeUnreachable, true
	case 34, 42, 44:
		return voice.OutcomeCongestion, true
	case 2, 3, 38, 41, 47:
		return voice.OutcomeTrunk, true
	}
	return "", false
}

var q850 = regexp.MustCompile(`(?i)^\s*Q\.850\b.*?;\s*cause\s*=\s*(\d{1,3})\b`)

// causeOf reads the Q.850 cause of a message's Reason headers; 0 without one.
func causeOf(m sip.Message) int {
	for _, h := range m.GetHeaders("Reason") {
		for one := range strings.SplitSeq(h.Value(), ",") {
			if found := q850.FindStringSubmatch(one); found != nil {
				n, _ := strconv.Atoi(found[1])
				return n
			}
		}
	}
	return 0
}
