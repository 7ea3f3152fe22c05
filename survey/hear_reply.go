package survey

import (
	"context"

	"minyi"
	"minyi/internal/fault"
	"minyi/survey/questionnaires"
)

// Heard takes a reply that sms has matched and parsed. A key is read by the
// published version's own key map; a level is taken as meant. One digit
// completes a questionnaire with one required question; of a longer one it is
// kept as a partial. Hearing the same reply twice is harmless.
func (s *Service) Heard(ctx context.Context, req minyi.HeardRequest) (minyi.HeardReply, error) {
	inv, err := s.invitationOf(ctx, req.Tenant, req.Invitation)
	if fault.Is(err, fault.NotFound) {
		return minyi.HeardReply{Outcome: "expired"}, nil
	}
	if err != nil {
		return minyi.HeardReply{}, err
	}
	if req.OptOut {
		return minyi.HeardReply{Outcome: "opted-out"}, s.raise(ctx, req.Invitation, minyi.OptedOut, "reply")
	}
	sub := Submission{Channel: minyi.ChannelSMS, Remark: req.Comment, Key: "sms:" + req.Reply, At: req.At}
	if req.Key == 0 && req.Level == 0 {
		if req.Comment == "" {
			return minyi.HeardReply{Outcome: "not-understood"}, nil
		}
		return minyi.HeardReply{Outcome: "comment"}, s.keepComment(ctx, req.Invitation, inv, sub)
	}
	v, err := s.version(ctx, inv.Tenant, inv.Questionnaire, inv.Version)
	if err != nil {
		return minyi.HeardReply{}, err
	}
	entries, err := meant(v, req)
	if err != nil {
		return minyi.HeardReply{Outcome: "not-understood"}, nil
	}
	sub.Entries = entries
	out, err := s.land(ctx, req.Invitation, inv, sub)
	if err != nil {
		return minyi.HeardReply{}, err
	}
	return minyi.HeardReply{Outcome: string(out), Say: said[out]}, nil
}

// said answers each outcome in one segment.
var said = map[Outcome]string{
	OutcomeCompleted: "您的评价已收到，感谢您的参与！",
	OutcomePartial:   "您的评价已收到，感谢您的参与！",
	OutcomeAlready:   "您已评价，感谢参与。",
	OutcomeExpired:   "评价已过期，如需继续反映请拨打12345。",
}

// meant reads the reply as an answer to the question that digits answer.
func meant(v *questionnaires.Version, req minyi.HeardRequest) (questionnaires.Entries, error) {
	q, ok := v.ByDigit()
	if !ok {
		return nil, fault.New(fault.Invalid, "no_digit_question", "该问卷不能用数字回复。", "this questionnaire takes no digit replies")
	}
	var e questionnaires.Entry
	var err error
	if req.Key > 0 {
		e, err = q.ByKey(req.Key)
	} else if q.Kind != questionnaires.Five {
		return nil, fault.New(fault.Invalid, "no_levels", "该问题不是五级评价。", "the question has no levels")
	} else {
		e, err = q.ByValue(int(req.Level))
	}
	if err != nil {
		return nil, err
	}
	return questionnaires.Entries{q.ID: e}, nil
}

// keepComment keeps free text that came without a rating, beside the answer.
func (s *Service) keepComment(ctx context.Context, id minyi.InvitationID, inv Invitation, sub Submission) error {
	answer := inv.answerID()
	_, err := s.store.attempts.Insert(ctx, attemptID(answer, "comment", sub.Key), Attempt{
		Tenant: inv.Tenant, Kind: "comment", Answer: answer, Invitation: id, Channel: sub.Channel,
		Respondent: inv.Respondent, Remark: sub.Remark, At: sub.At,
	})
	if fault.Is(err, fault.Exists) {
		return nil
	}
	return err
}
