package questionnaires

import (
	"embed"
	"fmt"
)

//go:embed *.yaml
var files embed.FS

// Shipped gives the questionnaires that come with minyi, checked, in a fixed
// order: 话后满意度, 办结回访, 企业服务评价, 信任度.
func Shipped() ([]*Questionnaire, error) {
	var all []*Questionnaire
	for _, file := range []string{"after-call.yaml", "case-closed.yaml", "enterprise.yaml", "trust.yaml"} {
		text, err := files.ReadFile(file)
		if err != nil {
			return nil, err
		}
		q, err := Decode(text)
		if err != nil {
			return nil, fmt.Errorf("shipped questionnaire %s: %w", file, err)
		}
		all = append(all, q)
	}
	return all, nil
}
