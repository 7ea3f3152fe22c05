package nlp

import (
	"context"
	"errors"
	"fmt"

	"minyi/internal/fault"
	"minyi/nlp/learn"
)

// leastAlone is how many remarks a topic model learns from that no label
// teaches.
const leastAlone = 300

// trainAlone trains topics without labels: the taxonomy's words label the
// clearest remarks, and the model learns what else stands in them. Nothing can
// judge it, which the reply says; it never takes the place of a model that
// labels taught. none is the error for what labels there are.
func (s *Service) trainAlone(ctx context.Context, v modelVersion, none error) (TrainReply, error) {
	set, err := s.readSettings(ctx, v.Tenant)
	if err != nil {
		return TrainReply{}, err
	}
	if n := set.Body.Versions[v.Task]; n != 0 {
		used, err := s.store.versions.Get(ctx, versionID(v.Tenant, v.Task, n))
		if err != nil {
			return TrainReply{}, err
		}
		if used.Body.Examples > 0 {
			return TrainReply{}, none
		}
	}
	if v.Unlabelled, err = s.unlabelled(ctx, v.Tenant, v.Task, nil); err != nil {
		return TrainReply{}, err
	}
	if len(v.Unlabelled) < leastAlone {
		return TrainReply{}, none
	}
	rest, err := s.textsBehind(ctx, v.Tenant, v.Unlabelled)
	if err != nil {
		return TrainReply{}, err
	}
	if _, err := s.fit(v.Task, nil, rest); err != nil { // fewer than two topics occur
		return TrainReply{}, none
	}
	v.At = s.clock.Now()
	reply := TrainReply{Task: v.Task, Taken: true, Unlabelled: len(v.Unlabelled), Why: fmt.Sprintf(
		"没有足够的标注：模型由分类体系的种子词和 %d 条留言自行学得，已启用，但无从评判。请先在“待定”队列中标注一部分，再训练一次，即可得到评判结果。", len(v.Unlabelled))}
	if reply.Version, err = s.keepVersion(ctx, v); err != nil {
		return TrainReply{}, err
	}
	return reply, s.want(ctx, v.Tenant, v.Task, reply.Version)
}

// isTooFew reports whether err says that there are too few examples.
func isTooFew(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code == "examples_too_few"
}

// lessonsOf gives what a version was trained on, as far as it still stands.
func (s *Service) lessonsOf(ctx context.Context, v modelVersion) (taught []labelled, rest []learn.Text, err error) {
	if v.Examples > 0 {
		if taught, _, err = s.examplesFor(ctx, v.Tenant, v.Task, v.Until); err != nil {
			return nil, nil, err
		}
		taught, _ = apart(taught)
	}
	rest, err = s.textsBehind(ctx, v.Tenant, v.Unlabelled)
	return taught, rest, err
}
