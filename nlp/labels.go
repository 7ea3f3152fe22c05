package nlp

import (
	"context"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/nlp/clean"
	"minyi/nlp/mask"
	"minyi/nlp/topic"
)

// Label is a text, or an answer's remark, with the topic that a person gave it.
type Label struct {
	Answer minyi.AnswerID `json:"answer,omitempty"`
	Text   string         `json:"text,omitempty"` // where there is no answer; masked before it is kept
	Topic  string         `json:"topic"`
}

// LabelsRequest adds labels.
type LabelsRequest struct {
	Tenant minyi.TenantID `json:"-"`
	Labels []Label        `json:"labels"`
	Source string         `json:"-"` // "person" or "file"
}

// LabelsReply counts them.
type LabelsReply struct {
	Taken   int `json:"taken"`
	Unknown int `json:"unknown"` // answers without a remark
}

// AddLabels keeps labelled texts for training. A second label for the same text
// replaces the first.
func (s *Service) AddLabels(ctx context.Context, req LabelsRequest) (LabelsReply, error) {
	tenant := tenantOf(ctx, req.Tenant)
	var reply LabelsReply
	for _, l := range req.Labels {
		text, err := s.labelText(ctx, tenant, l)
		if err != nil {
			return reply, err
		}
		label := strings.TrimSpace(l.Topic)
		if text == "" || label == "" || label == topic.Undecided {
			reply.Unknown++
			continue
		}
		e := example{Tenant: tenant, Task: TaskTopic, Answer: l.Answer, Text: text, Label: label, Source: req.Source, At: s.clock.Now()}
		_, err = s.store.examples.Put(ctx, exampleID(tenant, TaskTopic, l.Answer, text), func(b *example, _ bool) error { *b = e; return nil })
		if err != nil {
			return reply, err
		}
		if err := s.settle(ctx, tenant, l.Answer, label); err != nil {
			return reply, err
		}
		reply.Taken++
	}
	return reply, nil
}

// settle gives an answer the topic that a person chose, whatever models say.
func (s *Service) settle(ctx context.Context, tenant minyi.TenantID, answer minyi.AnswerID, label string) error {
	if answer == "" {
		return nil
	}
	_, err := s.store.analyses.Update(ctx, string(answer), func(a *analysis) error {
		if a.Tenant != tenant || a.Person == label {
			return docstore.Unchanged
		}
		a.Person, a.At = label, s.clock.Now()
		return nil
	})
	if err != nil {
		return err
	}
	return s.announce(ctx, tenant, []minyi.AnswerID{answer})
}

func (s *Service) labelText(ctx context.Context, tenant minyi.TenantID, l Label) (string, error) {
	if l.Answer == "" {
		text, _ := mask.Text(clean.Text(l.Text, 0))
		return text, nil
	}
	d, err := s.store.analyses.Get(ctx, string(l.Answer))
	if fault.Is(err, fault.NotFound) || err == nil && d.Body.Tenant != tenant {
		return "", nil
	}
	return d.Body.Text, err
}
