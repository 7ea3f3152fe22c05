package score

import (
	"cmp"
	"context"
	"fmt"

	"minyi"
	"minyi/internal/fault"
	"minyi/score/stat"
)

// Study gives the statistics of a slice that stand beside the index, one line
// each, as an export shows them: AAPOR outcome rates, the scales' reliability,
// the figures weighed to the imported targets, and counts by unit and channel
// without small cells.
func (s *Service) Study(ctx context.Context, req minyi.StudyRequest) (minyi.Study, error) {
	m, err := s.ready(ctx, &req.Slice, req.Method)
	if err != nil {
		return minyi.Study{}, err
	}
	out := minyi.Study{Slice: req.Slice, Method: m.Name()}
	for _, part := range []func(context.Context, minyi.StudyRequest) ([]minyi.StudyLine, error){s.responseLines, s.reliabilityLines, s.weighedLines, s.crossLines} {
		lines, err := part(ctx, req)
		if err != nil {
			return minyi.Study{}, err
		}
		out.Lines = append(out.Lines, lines...)
	}
	return out, nil
}

func (s *Service) responseLines(ctx context.Context, req minyi.StudyRequest) ([]minyi.StudyLine, error) {
	r, err := s.ResponseRates(ctx, ResponseRequest{Slice: req.Slice})
	if fault.Is(err, fault.Unavailable) {
		return []minyi.StudyLine{{Section: "response", Name: "AAPOR", Note: fault.As(err).ZH}}, nil
	}
	if err != nil {
		return nil, err
	}
	o := r.Outcomes
	asked := int(o.I + o.P + o.R + o.NC + o.O + o.UH + o.UO)
	note := fmt.Sprintf("I=%g P=%g R=%g NC=%g O=%g UO=%g e=%g；未发出 %d 不计", o.I, o.P, o.R, o.NC, o.O, o.UO, o.E, r.Outside)
	var out []minyi.StudyLine
	for _, rate := range ratesOf(r.Rates) {
		line := minyi.StudyLine{Section: "response", Name: rate.name, N: asked, Note: note}
		if asked > 0 {
			line.Value = &rate.value
		}
		out = append(out, line)
	}
	return out, nil
}

type namedRate struct {
	name  string
	value float64
}

func ratesOf(r stat.Rates) []namedRate {
	return []namedRate{{"RR1", r.RR1}, {"RR2", r.RR2}, {"RR3", r.RR3}, {"RR4", r.RR4}, {"RR5", r.RR5}, {"RR6", r.RR6},
		{"COOP1", r.COOP1}, {"COOP2", r.COOP2}, {"COOP3", r.COOP3}, {"COOP4", r.COOP4},
		{"REF1", r.REF1}, {"REF2", r.REF2}, {"REF3", r.REF3}, {"CON1", r.CON1}, {"CON2", r.CON2}, {"CON3", r.CON3}}
}

func (s *Service) reliabilityLines(ctx context.Context, req minyi.StudyRequest) ([]minyi.StudyLine, error) {
	r, err := s.Reliability(ctx, ReliabilityRequest{Slice: req.Slice, Method: req.Method})
	if err != nil {
		return nil, err
	}
	var out []minyi.StudyLine
	for _, scale := range r.Scales {
		name := string(scale.Family)
		out = append(out, minyi.StudyLine{Section: "reliability", Name: name + " α", Value: scale.Alpha, N: scale.N, Note: "Cronbach α；只计每题都回答的答卷"})
		for _, i := range scale.Items {
			out = append(out, minyi.StudyLine{Section: "reliability", Name: name + "/" + i.Tag + " item-total", Value: i.Total, N: scale.N, Note: "与其余题目合计的相关"},
				minyi.StudyLine{Section: "reliability", Name: name + "/" + i.Tag + " α without", Value: i.Without, N: scale.N, Note: "去掉此题后的 α"})
		}
	}
	return out, nil
}

func (s *Service) weighedLines(ctx context.Context, req minyi.StudyRequest) ([]minyi.StudyLine, error) {
	w, err := s.Weigh(ctx, WeighRequest{Slice: req.Slice, Method: req.Method})
	if f := fault.As(err); err != nil && (f.Kind == fault.NotFound || f.Kind == fault.Invalid) {
		return []minyi.StudyLine{{Section: "weights", Name: "raking", Note: f.ZH}}, nil
	}
	if err != nil {
		return nil, err
	}
	line := func(name string, v float64, note string) minyi.StudyLine {
		return minyi.StudyLine{Section: "weights", Name: name, Value: &v, N: w.N, Note: note}
	}
	out := []minyi.StudyLine{line("design_effect", w.Design, "Kish 1+CV²"), line("effective_n", w.Effective, "(Σw)²÷Σw²"),
		line("trimmed", float64(w.Trimmed), fmt.Sprintf("权重截在均值的 %g–%g 倍", w.Low, w.High)),
		line("margins_off", w.Off, "截断后各边际与目标的最大差"), line("outside", float64(w.Outside), "没有对应目标类别、未加权的答卷；目标文件 "+w.Targets)}
	for _, g := range w.Margins {
		out = append(out, line(g.Margin+"="+g.Class, g.After, fmt.Sprintf("目标 %.4f，加权前 %.4f，答卷 %d", g.Share, g.Before, g.Cases)))
	}
	for _, f := range w.Figures {
		l := line(f.Name, f.Weighted, fmt.Sprintf("未加权 %.2f；有效 n %.1f；%s", f.Plain, f.Effective, f.Interval))
		l.Low, l.High, l.N = &f.Low, &f.High, f.N
		out = append(out, l)
	}
	return out, nil
}

func (s *Service) crossLines(ctx context.Context, req minyi.StudyRequest) ([]minyi.StudyLine, error) {
	c, err := s.Cross(ctx, CrossRequest{Slice: req.Slice, Method: req.Method})
	if err != nil {
		return nil, err
	}
	var out []minyi.StudyLine
	for i, row := range c.Row {
		for j, col := range c.Col {
			l := minyi.StudyLine{Section: "cells", Name: cmp.Or(row, "—") + " × " + cmp.Or(col, "—")}
			if n := c.Cells[i][j]; n != nil {
				v := float64(*n)
				l.Value, l.N = &v, *n
			} else {
				l.Note = fmt.Sprintf("已隐去：少于 %d 人，或可由合计推出", c.K)
			}
			out = append(out, l)
		}
	}
	return out, nil
}
