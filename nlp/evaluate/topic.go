package evaluate

import (
	"minyi/nlp/learn"
	"minyi/nlp/topic"
)

// trainTopic trains on what is labelled; where that is little, on the rest too,
// labelled by the taxonomy or a first model (one round of self-training).
func trainTopic(seeds *topic.Seeds, labelled, rest []sample, labels []string) (predictor, error) {
	unlabelled := make([]learn.Text, len(rest))
	for i, s := range rest {
		unlabelled[i] = s.text
	}
	model, err := topic.Train(seeds, examplesOf(labelled), unlabelled, labels)
	if err != nil {
		return predictor{}, err
	}
	return predictor{name: model.Name, margin: model.Margin, best: func(s *sample) (string, float64) { return model.Best(s.text) }}, nil
}
