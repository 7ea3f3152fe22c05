package evaluate

import (
	"minyi/nlp/learn"
	"minyi/nlp/topic"
)

// trainTopic trains on what is labelled; where that is little, the taxonomy
// labels the rest for one round of self-training.
func trainTopic(seeds *topic.Seeds, labelled, rest []sample, labels []string) (predictor, error) {
	given := examplesOf(labelled)
	unlabelled := make([]learn.Text, len(rest))
	cuts := make([]topic.Unlabelled, len(rest))
	for i, s := range rest {
		unlabelled[i] = s.text
		cuts[i] = topic.Unlabelled{Text: s.text, Tokens: s.cut}
	}
	model, err := topic.Train(seeds, given, cuts, labels)
	if err != nil {
		return predictor{}, err
	}
	return predictor{name: model.Name, margin: model.Margin, best: func(s *sample) (string, float64) { return model.Best(s.text) }}, nil
}
