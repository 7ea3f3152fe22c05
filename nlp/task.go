package nlp

import (
	"slices"
	"strings"

	"minyi"
	"minyi/internal/fault"
)

// Tasks that can be trained. A questionnaire's own polarity is a task by
// itself: polarity/case-closed.
const (
	TaskTopic    = "topic"    // on labels that people gave
	TaskPolarity = "polarity" // on the suite's own pairs of remark and rating
)

var families = [...]minyi.Family{minyi.FamilyAfterCall, minyi.FamilyCaseClosed, minyi.FamilyEnterprise, minyi.FamilyTrust}

// taskOf is the name of a task of one questionnaire, or of all.
func taskOf(task string, f minyi.Family) string {
	if f == "" {
		return task
	}
	return task + "/" + string(f)
}

// familyOf is the questionnaire of a task's name; empty: all.
func familyOf(task string) minyi.Family {
	_, f, _ := strings.Cut(task, "/")
	return minyi.Family(f)
}

func isPolarity(task string) bool { return strings.HasPrefix(task, TaskPolarity) }

func isTask(task string) bool {
	return task == TaskTopic || task == TaskPolarity ||
		strings.HasPrefix(task, TaskPolarity+"/") && slices.Contains(families[:], familyOf(task))
}

func unknownTask() error {
	return fault.New(fault.Invalid, "task_unknown", "训练任务只能是 topic、polarity，或某问卷的 polarity（after-call、case-closed、enterprise、trust）。",
		"the task must be topic, polarity, or polarity of a questionnaire (after-call, case-closed, enterprise, trust)").On("task")
}
