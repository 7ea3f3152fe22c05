package sms

import (
	"slices"

	"minyi"
)

// choose gives the line that carries the next message to a number: of those
// that are up the ones for its network, of these each in turn by its weight.
// avoid names a line that has just found no way to the number.
func (s *Service) choose(to minyi.Mobile, avoid string) *line {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	fit := s.fitting(to, avoid)
	if len(fit) == 0 {
		return nil
	}
	// Smooth weighted turns: everyone gains its weight, the richest goes and
	// pays for all.
	var best *line
	total := 0
	for _, l := range fit {
		weight := max(1, l.Weight)
		total += weight
		l.credit += weight
		if best == nil || l.credit > best.credit {
			best = l
		}
	}
	best.credit -= total
	return best
}

// fitting narrows the lines wish by wish, leaving out a wish that none meets.
func (s *Service) fitting(to minyi.Mobile, avoid string) []*line {
	network := NetworkOf(to)
	fit := s.lines
	for _, wish := range []func(*line) bool{
		func(l *line) bool { return l.Gateway.Status().Bound },
		func(l *line) bool { return l.Name != avoid },
		func(l *line) bool { return len(l.Networks) == 0 || slices.Contains(l.Networks, network) },
	} {
		if kept := keep(fit, wish); len(kept) > 0 {
			fit = kept
		}
	}
	return fit
}

// limitsFor gives the limits of the lines that may carry a message to a sealed
// number, the strictest of each kind: which line it will be is not known yet.
func (s *Service) limitsFor(sealed string) (strict Limits) {
	if !slices.ContainsFunc(s.lines, func(l *line) bool { return l.Limits != Limits{} }) {
		return Limits{}
	}
	to, err := s.numberOf(sealed)
	if err != nil {
		return Limits{} // the hand-over will say so
	}
	for _, l := range s.fitting(to, "") {
		strict = strict.and(l.Limits)
	}
	return strict
}

func keep(lines []*line, wish func(*line) bool) (kept []*line) {
	for _, l := range lines {
		if wish(l) {
			kept = append(kept, l)
		}
	}
	return kept
}
