package nlp

import (
	"context"
	"slices"

	"minyi"
	"minyi/nlp/issue"
	"minyi/nlp/mask"
)

// IssuesRequest asks for the hot issues of a slice.
type IssuesRequest struct {
	Slice minyi.Slice `json:"slice"`
	Limit int         `json:"limit,omitempty"` // 0: 20
}

// Issue is a matter that several remarks are about.
type Issue struct {
	Words    []string         `json:"words"`
	Remarks  int              `json:"remarks"`
	People   int              `json:"people"`
	Heat     float64          `json:"heat"`
	Cohesion float64          `json:"cohesion"` // how alike they are, 0…1
	Speed    float64          `json:"speed"`    // largest share of the people within seven days
	First    string           `json:"first"`    // day
	Last     string           `json:"last"`
	Examples []minyi.Verbatim `json:"examples"` // masked
}

// IssuesReply lists issues, hottest first.
type IssuesReply struct {
	Issues []Issue `json:"issues"`
	Texts  int     `json:"texts"` // remarks looked at: the newest of the slice
}

// mostClustered bounds one clustering: 4,326 letters take about a second.
const mostClustered = 10_000

// Issues gathers the newest remarks of a slice into issues. Words shown hold to
// the same minimum of respondents as hot words.
func (s *Service) Issues(ctx context.Context, req IssuesRequest) (IssuesReply, error) {
	if req.Limit <= 0 || req.Limit > 100 {
		req.Limit = 20
	}
	places, err := s.places(ctx, minyi.VerbatimsRequest{Slice: req.Slice})
	if err != nil {
		return IssuesReply{}, err
	}
	places = places[:min(len(places), mostClustered)]
	items, err := s.items(ctx, s.tenant(tenantOf(ctx, req.Slice.Tenant)), places)
	if err != nil {
		return IssuesReply{}, err
	}
	reply := IssuesReply{Texts: len(items)}
	for _, is := range issue.Cluster(items, issue.Options{}) {
		if len(reply.Issues) == req.Limit {
			break
		}
		if is.People < s.cfg.MinRespondents {
			continue
		}
		shown, err := s.issue(ctx, req.Slice, is, items)
		if err != nil {
			return IssuesReply{}, err
		}
		reply.Issues = append(reply.Issues, shown)
	}
	return reply, nil
}

// items reads remarks as the clustering wants them, in pages.
func (s *Service) items(ctx context.Context, t *tenant, places []place) ([]issue.Item, error) {
	now, err := t.readBasis(ctx)
	if err != nil {
		return nil, err
	}
	var items []issue.Item
	vocabulary := t.build(now.book, now.dictionary)
	for part := range slices.Chunk(places, 500) {
		ids := make([]string, len(part))
		for i, p := range part {
			ids[i] = string(p.answer)
		}
		docs, err := s.store.analyses.GetMany(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			a := docs[id].Body
			if a.Text == "" {
				continue
			}
			tokens := a.tokens()
			items = append(items, issue.Item{ID: id, Day: a.Day, Person: writer(id, a),
				Words: issue.Words(uncovered(tokens, vocabulary.hidden)), Names: vocabulary.namesOf(a.Text, tokens)})
		}
	}
	return items, nil
}

const issueExamples = 3

func (s *Service) issue(ctx context.Context, slice minyi.Slice, is issue.Issue, items []issue.Item) (Issue, error) {
	var answers []minyi.AnswerID
	for _, i := range is.Items[max(0, len(is.Items)-issueExamples):] {
		answers = append(answers, minyi.AnswerID(items[i].ID))
	}
	examples, err := s.Verbatims(ctx, minyi.VerbatimsRequest{Slice: slice, Answers: answers})
	if err != nil {
		return Issue{}, err
	}
	words := slices.DeleteFunc(slices.Clone(is.Words), mask.LooksLikeName)
	return Issue{Words: words, Remarks: len(is.Items), People: is.People, Heat: is.Heat, Cohesion: is.Cohesion, Speed: is.Speed, First: is.First, Last: is.Last,
		Examples: examples.Verbatims}, err
}
