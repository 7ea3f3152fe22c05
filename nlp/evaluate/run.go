package evaluate

import (
	"fmt"

	"minyi/internal/fault"
	"minyi/nlp/jieba"
	"minyi/nlp/topic"
)

// Tasks are what Run knows, in the order of a help text.
var Tasks = []string{"topic", "polarity", "hotwords", "hotissues", "segmentation", "masking"}

// Inputs of Run, as a command's flags give them.
type Inputs struct {
	Options        // Train, Test, Labels, MaxChars
	Gold    string // hotissues: the named issues (CSV issue, message_id)
	Terms   string // hotwords: a taxonomy (CSV level1, level2, level3) whose terms must stay whole
	Topics  string // topic, hotwords: the city's own taxonomy (YAML or CSV); empty: the shipped one
}

// Run evaluates one task and gives its report, to be printed as JSON: a Report,
// WordFigures, IssueFigures, CutFigures or MaskFigures. Which files a task
// needs:
//
//	topic            --train --test [--labels] [--max-chars] [--taxonomy]
//	polarity         --train --test [--labels] [--max-chars]
//	hotwords         --train --test [--terms]
//	hotissues        --test messages --gold issues
//	segmentation     --test gold sentences
//	masking          --test marked lines
//
// A missing or faulty file is a fault of kind Invalid that names it.
func Run(task string, in Inputs) (any, error) {
	if err := in.check(task); err != nil {
		return nil, err
	}
	if task == "masking" {
		return report(Masking(in.Test))
	}
	seg, err := jieba.New(jieba.Dictionary{})
	if err != nil {
		return nil, err
	}
	defer seg.Close()
	tax, err := in.taxonomy()
	if err != nil {
		return nil, err
	}
	switch task {
	case "topic":
		return report(Topic(seg, tax, in.Options))
	case "polarity":
		return report(Polarity(seg, in.Options))
	case "hotwords":
		return report(HotWords(seg, tax, in.Train, in.Test, in.Terms))
	case "hotissues":
		return report(HotIssues(seg, in.Test, in.Gold))
	}
	return report(Segmentation(seg, in.Test))
}

func (in Inputs) taxonomy() (*topic.Taxonomy, error) {
	if in.Topics == "" {
		return topic.Shipped()
	}
	content, err := readFile(in.Topics)
	if err != nil {
		return nil, err
	}
	return topic.Parse(in.Topics, content)
}

// report drops the half-filled report of a failure.
func report[T any](r T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (in Inputs) check(task string) error {
	need := map[string]map[string]string{
		"topic":        {"train": in.Train, "test": in.Test},
		"polarity":     {"train": in.Train, "test": in.Test},
		"hotwords":     {"train": in.Train, "test": in.Test},
		"hotissues":    {"test": in.Test, "gold": in.Gold},
		"segmentation": {"test": in.Test},
		"masking":      {"test": in.Test},
	}
	files, known := need[task]
	if !known {
		return fault.New(fault.Invalid, "task_unknown", fmt.Sprintf("没有评测任务“%s”，可用的有 %v。", task, Tasks),
			fmt.Sprintf("there is no task %q; known are %v", task, Tasks)).On("task")
	}
	for _, flag := range []string{"train", "test", "gold"} {
		if path, wanted := files[flag]; wanted && path == "" {
			return fault.New(fault.Invalid, "file_missing", fmt.Sprintf("任务 %s 需要用 --%s 指定文件。", task, flag),
				fmt.Sprintf("%s needs a file given with --%s", task, flag)).On(flag)
		}
	}
	return nil
}
