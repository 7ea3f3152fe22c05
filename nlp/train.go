package nlp

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/nlp/learn"
	"minyi/nlp/polarity"
	"minyi/nlp/topic"
)

const (
	leastPerLabel = 10  // examples under which a label cannot be judged
	leastPairs    = 500 // rated remarks under which the shipped lexicon is better
)

// TrainRequest asks for a new model of a task.
type TrainRequest struct {
	Tenant        minyi.TenantID `json:"-"`
	Task          string         `json:"task"`                    // TaskTopic or TaskPolarity
	Questionnaire minyi.Family   `json:"questionnaire,omitempty"` // polarity from this questionnaire's answers alone
	Force         bool           `json:"force,omitempty"`         // take it into use though it is worse
}

// TrainReply compares the new model with the one in use on the same held-out
// texts, whose near-duplicates neither has seen.
type TrainReply struct {
	Task       string        `json:"task"`  // topic, polarity, or polarity/case-closed
	Taken      bool          `json:"taken"` // in use, or will be when the past is analysed anew
	Why        string        `json:"why,omitempty"`
	Version    int           `json:"version,omitempty"`
	Examples   int           `json:"examples"`
	Unlabelled int           `json:"unlabelled,omitempty"` // remarks learnt from without a label
	Left       []string      `json:"left_out,omitempty"`   // labels with too few examples
	New        learn.Figures `json:"new"`
	Current    learn.Figures `json:"current"`
	Seconds    float64       `json:"seconds"`
}

// Train trains a model, judges it against the one in use, and takes it into
// use unless it is worse (macro-F1 down by more than half a point): a silent
// downgrade never happens. The past is then analysed anew in the background.
func (s *Service) Train(ctx context.Context, req TrainRequest) (TrainReply, error) {
	tenant, start := tenantOf(ctx, req.Tenant), time.Now()
	task := taskOf(req.Task, req.Questionnaire)
	if !isTask(task) {
		return TrainReply{}, unknownTask()
	}
	if isPolarity(task) {
		if err := s.collectRatings(ctx, tenant); err != nil {
			return TrainReply{}, err
		}
	}
	v := modelVersion{Tenant: tenant, Task: task, Until: s.clock.Now()}
	all, left, err := s.examplesFor(ctx, tenant, task, v.Until)
	if isTooFew(err) && task == TaskTopic {
		reply, err := s.trainAlone(ctx, v, err)
		reply.Seconds = time.Since(start).Seconds()
		return reply, err
	}
	if err != nil {
		return TrainReply{}, err
	}
	if v.Unlabelled, err = s.unlabelled(ctx, tenant, task, all); err != nil {
		return TrainReply{}, err
	}
	s.training.Lock()
	err = s.judgeAnew(ctx, &v, all)
	s.training.Unlock()
	if err != nil {
		return TrainReply{}, err
	}
	reply := TrainReply{Task: task, Examples: v.Examples, Unlabelled: len(v.Unlabelled), Left: left, New: v.Figures, Current: v.Against, Seconds: time.Since(start).Seconds()}
	if v.Figures.MacroF1 < v.Against.MacroF1-0.005 && !req.Force {
		reply.Why = fmt.Sprintf("新模型在同一批留出样本上的宏 F1 为 %.3f，低于现用模型的 %.3f，未启用。可补充标注后再训练，或确认后强制启用。", v.Figures.MacroF1, v.Against.MacroF1)
		return reply, nil
	}
	if reply.Version, err = s.keepVersion(ctx, v); err != nil {
		return TrainReply{}, err
	}
	reply.Taken = true
	return reply, s.want(ctx, tenant, task, reply.Version)
}

// judgeAnew trains without a fifth of the examples, and notes in v how that
// model and the one in use do on this fifth.
func (s *Service) judgeAnew(ctx context.Context, v *modelVersion, all []labelled) error {
	taught, neither := apart(all)
	kept, held := split(taught)
	if !covers(held) {
		return tooAlike(len(all))
	}
	rest, err := s.textsBehind(ctx, v.Tenant, v.Unlabelled)
	if err != nil {
		return err
	}
	fresh, err := s.fit(v.Task, kept, rest)
	if err != nil {
		return err
	}
	v.Examples, v.At = len(all), s.clock.Now()
	v.Figures = judged(held, fresh.Best, decided(v.Task))
	if isPolarity(v.Task) {
		tested := append(testedOf(held, fresh, float64(len(kept)+len(held))/float64(len(held))), testedOf(neither, fresh, 1)...)
		v.Band = polarity.Band(tested)
		v.Bands = polarity.Count(tested, v.Band)
	}
	v.Against, err = s.current(ctx, v.Tenant, v.Task, held)
	return err
}

func tooFew(task string, n int) error {
	if isPolarity(task) {
		return fault.New(fault.Invalid, "examples_too_few",
			fmt.Sprintf("带评价的留言还不够：现有 %d 条可用，至少需要 %d 条，且好评差评都要有。目前继续使用内置模型。", n, leastPairs),
			fmt.Sprintf("%d rated remarks can be used, at least %d are needed, praise and complaint; the shipped model stays in use", n, leastPairs))
	}
	return fault.New(fault.Invalid, "examples_too_few",
		fmt.Sprintf("标注不够：现有 %d 条可用，至少需要两个类别、每类 %d 条。请先在“待定”队列中标注。", n, leastPerLabel),
		fmt.Sprintf("%d labels can be used; at least two labels with %d texts each are needed: label some of the undecided first", n, leastPerLabel))
}

// covers reports whether held-out texts can judge: two labels at least.
func covers(held []labelled) bool {
	for _, l := range held {
		if l.example.Label != held[0].example.Label {
			return true
		}
	}
	return false
}

func tooAlike(n int) error {
	return fault.New(fault.Invalid, "examples_too_alike",
		fmt.Sprintf("%d 条样本中内容互不相同的太少，无法留出样本来评判模型。请补充更多不同的文本。", n),
		fmt.Sprintf("too few of the %d texts differ from one another to hold some out and judge by; add texts of other wording", n))
}

// labelled is an example ready for training.
type labelled struct {
	text    string
	example learn.Example
}

// split holds out a fifth of the groups of near-duplicates.
func split(all []labelled) (kept, held []labelled) {
	texts := make([]string, len(all))
	for i, l := range all {
		texts[i] = l.text
	}
	groups := learn.Groups(texts)
	for i := range all {
		if l := all[i]; learn.HeldOut(texts[groups[i]]) {
			held = append(held, l)
		} else {
			kept = append(kept, l)
		}
	}
	return kept, held
}

// leastNeither is how many remarks rated 基本满意 teach a third class: a fifth of
// them, held out, must still be enough to measure its errors.
const leastNeither = 160

// apart takes remarks that neither praise nor complain out, where they are too
// few to be a class of their own: the model's band is then measured on them.
func apart(all []labelled) (taught, neither []labelled) {
	for _, l := range all {
		if l.example.Label == polarity.Neither {
			neither = append(neither, l)
		} else {
			taught = append(taught, l)
		}
	}
	if len(neither) >= leastNeither {
		return all, nil
	}
	return taught, neither
}

// testedOf asks a model about remarks that it has not seen, each standing for
// so many.
func testedOf(unseen []labelled, m *learn.Model, stands float64) []polarity.Tested {
	out := make([]polarity.Tested, len(unseen))
	for i, l := range unseen {
		out[i] = polarity.Tested{Is: l.example.Label, Stands: stands}
		out[i].Said, out[i].Margin = m.Best(l.example.Text)
	}
	return out
}

// current judges what now answers these texts on held: what ships as it is, a
// trained model trained again without what is held out.
func (s *Service) current(ctx context.Context, tenant minyi.TenantID, task string, held []labelled) (learn.Figures, error) {
	set, err := s.readSettings(ctx, tenant)
	if err != nil {
		return learn.Figures{}, err
	}
	if set.Body.Versions[task] == 0 && isPolarity(task) {
		task = TaskPolarity // a questionnaire without its own model has the one of all
	}
	version := set.Body.Versions[task]
	if version == 0 {
		return judged(held, s.shipped(task, held), shippedMargin(task)), nil
	}
	old, err := s.store.versions.Get(ctx, versionID(tenant, task, version))
	if err != nil {
		return learn.Figures{}, err
	}
	before, rest, err := s.lessonsOf(ctx, old.Body)
	if err != nil {
		return learn.Figures{}, err
	}
	out := make(map[string]bool, len(held))
	for _, l := range held {
		out[l.text] = true
	}
	before = slices.DeleteFunc(before, func(l labelled) bool { return out[l.text] })
	m, err := s.fit(task, before, rest)
	if err != nil {
		return learn.Figures{}, err
	}
	return judged(held, m.Best, decided(task)), nil
}

func decided(task string) float64 {
	if isPolarity(task) {
		return polarity.DecidedMargin
	}
	return topic.DecidedMargin
}

// shippedMargin is the lead from which what ships decides.
func shippedMargin(task string) float64 {
	if isPolarity(task) {
		return polarity.Margin
	}
	return topic.SeedsMargin
}

func (s *Service) fit(task string, examples []labelled, rest []learn.Text) (*learn.Model, error) {
	given := make([]learn.Example, len(examples))
	for i, l := range examples {
		given[i] = l.example
	}
	if isPolarity(task) {
		return learn.Train(given, polarity.TrainingOptions())
	}
	var labels []string // those of the examples
	if len(given) == 0 {
		labels = s.base().seeds.Tops()
	}
	m, err := topic.Train(s.base().seeds, given, rest, labels)
	if err != nil {
		return nil, err
	}
	return m.Model, nil
}

func judged(held []labelled, best func(learn.Text) (string, float64), margin float64) learn.Figures {
	outcomes := make([]learn.Outcome, len(held))
	for i, l := range held {
		said, m := best(l.example.Text)
		outcomes[i] = learn.Outcome{Gold: l.example.Label, Said: said, Margin: m}
	}
	return learn.Judge(outcomes, margin)
}

// shipped gives what answers without training, in a trained model's form and
// with its classes.
func (s *Service) shipped(task string, held []labelled) func(learn.Text) (string, float64) {
	if task == TaskTopic {
		return s.base().seeds.BestOf
	}
	if !slices.ContainsFunc(held, func(l labelled) bool { return l.example.Label == polarity.Neither }) {
		return polarity.BestOfHints
	}
	return func(t learn.Text) (string, float64) {
		label, margin := polarity.BestOfHints(t)
		if margin < polarity.Margin {
			label = polarity.Neither
		}
		return label, margin
	}
}
