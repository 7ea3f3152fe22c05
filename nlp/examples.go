package nlp

import (
	"context"
	"maps"
	"slices"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/nlp/clean"
	"minyi/nlp/learn"
	"minyi/nlp/polarity"
	"minyi/nlp/topic"
)

// examplesFor gives a task's newest examples up to a time, oldest first, and the
// labels left out for want of examples.
func (s *Service) examplesFor(ctx context.Context, tenant minyi.TenantID, task string, until time.Time) ([]labelled, []string, error) {
	all, err := s.readExamples(ctx, tenant, task, until)
	if err != nil {
		return nil, nil, err
	}
	count := make(map[string]int)
	for _, l := range all {
		count[l.example.Label]++
	}
	var out []labelled
	left := make(map[string]bool)
	for _, l := range all {
		if count[l.example.Label] < leastPerLabel && l.example.Label != polarity.Neither {
			left[l.example.Label] = true
			continue
		}
		out = append(out, l)
	}
	if len(count)-len(left) < 2 || isPolarity(task) && len(out) < leastPairs {
		return nil, nil, tooFew(task, len(out))
	}
	return out, sortedKeys(left), nil
}

func (s *Service) readExamples(ctx context.Context, tenant minyi.TenantID, task string, until time.Time) ([]labelled, error) {
	base, family := task, familyOf(task)
	if isPolarity(task) {
		base = TaskPolarity
	}
	q := docstore.Query{Index: byTenant, Part: docstore.Part(string(tenant), base), To: docstore.SortTime(until.Add(time.Nanosecond)), Desc: true}
	var all []labelled
	for d, err := range s.store.examples.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		if family == "" || d.Body.Family == family {
			all = append(all, s.labelledOf(d.Body))
		}
		if len(all) == learnMost {
			break // ratings pile up over the years, and memory does not
		}
	}
	slices.Reverse(all)
	return all, nil
}

// labelledOf makes an example ready; topics are trained on their first level,
// below which the taxonomy's words decide.
func (s *Service) labelledOf(e example) labelled {
	e.Text = clean.Simplify(e.Text)
	tokens := s.base().seg.Tag(e.Text)
	l := labelled{text: e.Text, example: learn.Example{Label: e.Label}}
	if e.Task == TaskPolarity {
		l.example.Text = s.base().lexicon.TextOf(e.Text, tokens)
		return l
	}
	l.example.Text = s.base().seeds.TextOf(s.base().terms.Merge(e.Text, tokens))
	l.example.Label = topic.Level1(e.Label)
	return l
}

// collectRatings keeps pairs of remark and the same respondent's rating as
// examples: 满意 and better praise, 不满意 and worse complain, 基本满意 is
// neither, which is not trained on but tells how often it is mistaken.
func (s *Service) collectRatings(ctx context.Context, tenant minyi.TenantID) error {
	q := docstore.Query{Index: byChange, Part: docstore.Part(string(tenant)), Desc: true, Limit: learnMost}
	fresh := make(map[string]example)
	for d, err := range s.store.analyses.Find(ctx, q) {
		if err != nil {
			return err
		}
		a := d.Body
		if !a.Counts || !clean.Content(a.Text) || !a.Overall.Valid() {
			continue
		}
		label := [...]string{polarity.Complaint, polarity.Neither, polarity.Praise}[bandOf(a.Overall)]
		answer := minyi.AnswerID(d.ID)
		fresh[exampleID(tenant, TaskPolarity, answer, "")] = example{Tenant: tenant, Task: TaskPolarity, Answer: answer, Family: a.Family, Text: a.Text, Label: label, Source: "rating"}
	}
	for part := range slices.Chunk(sortedKeys(fresh), 500) {
		err := s.store.examples.PutMany(ctx, part, func(id string, b *example, exists bool) error {
			if exists && b.Text == fresh[id].Text && b.Label == fresh[id].Label && b.Family == fresh[id].Family {
				return docstore.Unchanged
			}
			*b = fresh[id]
			b.At = s.clock.Now()
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mostUnlabelled bounds what is learnt from without labels: more adds time, not
// sureness.
const mostUnlabelled = 3000

// unlabelled names the newest remarks with content that no example is made of,
// where labels are so few that these help.
func (s *Service) unlabelled(ctx context.Context, tenant minyi.TenantID, task string, examples []labelled) ([]minyi.AnswerID, error) {
	if task != TaskTopic || len(examples) >= topic.Enough {
		return nil, nil
	}
	taken := make(map[string]bool, len(examples))
	for _, l := range examples {
		taken[l.text] = true
	}
	var out []minyi.AnswerID
	q := docstore.Query{Index: byChange, Part: docstore.Part(string(tenant)), Desc: true, Limit: learnMost}
	for d, err := range s.store.analyses.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		if a := d.Body; a.Counts && clean.Content(a.Text) && !taken[a.Text] {
			taken[a.Text] = true
			out = append(out, minyi.AnswerID(d.ID))
		}
		if len(out) == mostUnlabelled {
			break
		}
	}
	slices.Sort(out)
	return out, nil
}

// textsBehind gives the texts of remarks; those erased since are gone.
func (s *Service) textsBehind(ctx context.Context, tenant minyi.TenantID, answers []minyi.AnswerID) ([]learn.Text, error) {
	ids := make([]string, len(answers))
	for i, a := range answers {
		ids[i] = string(a)
	}
	var out []learn.Text
	for part := range slices.Chunk(ids, 500) {
		docs, err := s.store.analyses.GetMany(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, id := range part {
			if a := docs[id].Body; a.Tenant == tenant && a.Text != "" {
				out = append(out, s.base().seeds.TextOf(s.base().terms.Merge(clean.Simplify(a.Text), a.tokens())))
			}
		}
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
