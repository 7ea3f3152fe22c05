// Package sms carries invitations by SMS and takes replies and receipts.
//
// It owns the ledger of delivery attempts (sms_ledger), the segments that
// carriers number (sms_segments), what is known of each recipient
// (sms_recipients: recent sends and 请勿打扰), and inbound messages
// (sms_replies). It takes in the event invitation.due, briefs from survey, and
// receipts and replies from carriers; it gives out messages to a Gateway,
// progress and parsed replies to survey, and the counts an operator watches.
//
// A message takes the line that choose gives; what failed for a time is tried
// again (retry.go); what is past its time is taken away (retention.go).
//
// The promise: a message is written down before a carrier is called, what a
// carrier said is written down before the carrier is answered, and an outcome
// that nobody can know is called unknown, shown to the operator, and never
// resent by itself. Policy, reply parsing and segmentation are pure.
package sms
