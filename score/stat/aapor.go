package stat

// Outcomes are the final dispositions of a sample in the classes of the AAPOR
// Standard Definitions (9th edition, 2016).
type Outcomes struct {
	I  float64 // complete interviews
	P  float64 // partial interviews
	R  float64 // refusals and break-offs
	NC float64 // non-contacts
	O  float64 // other eligible non-response
	UH float64 // unknown whether anyone eligible is there
	UO float64 // unknown, other
	E  float64 // estimated share of the unknown that is eligible, 0…1
}

// Rates are AAPOR outcome rates, 0…1; a rate without a denominator is 0.
type Rates struct {
	RR1, RR2, RR3, RR4, RR5, RR6 float64
	COOP1, COOP2, COOP3, COOP4   float64
	REF1, REF2, REF3             float64
	CON1, CON2, CON3             float64
}

// AAPOR computes all outcome rates of o by the formulas of the Standard
// Definitions.
func AAPOR(o Outcomes) Rates {
	known := o.I + o.P + o.R + o.NC + o.O
	unknown := o.UH + o.UO
	contacted := o.I + o.P + o.R + o.O
	all, estimated := known+unknown, known+o.E*unknown
	return Rates{
		RR1: over(o.I, all), RR2: over(o.I+o.P, all),
		RR3: over(o.I, estimated), RR4: over(o.I+o.P, estimated),
		RR5: over(o.I, known), RR6: over(o.I+o.P, known),
		COOP1: over(o.I, contacted), COOP2: over(o.I+o.P, contacted),
		COOP3: over(o.I, o.I+o.P+o.R), COOP4: over(o.I+o.P, o.I+o.P+o.R),
		REF1: over(o.R, all), REF2: over(o.R, estimated), REF3: over(o.R, known),
		CON1: over(contacted, all), CON2: over(contacted, estimated), CON3: over(contacted, known),
	}
}

func over(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
