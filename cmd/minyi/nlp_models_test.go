package main

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"minyi/nlp/evaluate"
	"minyi/nlp/learn"
)

// TestEvaluationPrintsEachClass: per-class figures do not need --json.
func TestEvaluationPrintsEachClass(t *testing.T) {
	var out bytes.Buffer
	c := &command{console: console{out: &out}}
	r := evaluate.Report{Task: "topic", Figures: learn.Figures{MacroF1: .5, Classes: []learn.ClassFigures{{Label: "环境保护", Precision: .75, Recall: .5, F1: .6, N: 12}}}}
	printFields(c, reflect.ValueOf(r), "")
	printFields(c, reflect.ValueOf(evaluate.MaskFigures{Kinds: map[string]*evaluate.KindRecall{"plate": {Spans: 7, Recall: 1}}}), "")
	for _, want := range []string{"macro_f1               0.5000", "precision 0.7500", "n 12", "环境保护", "spans 7", "plate"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
