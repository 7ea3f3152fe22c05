// Package survey asks and hears: it owns questionnaires and their published
// versions, work orders and contact lists, campaigns, invitations, answers and
// the follow-ups that bad ratings open, and it serves the residents' phone
// page (survey/h5).
//
// It takes in lists, what residents submit, and what carriers report; it gives
// out briefs to carriers, remarks to nlp, facts to score, and counts to
// charts. A case has at most one valid rating per questionnaire family because
// the answer's id is derived from both and the store takes an id once. Events
// leave only after what they tell of is durable; a sweeper tells again what
// has not been acted on, so losing Redis costs time and nothing else.
package survey
