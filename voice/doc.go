// Package voice asks by telephone what a questionnaire asks: it places calls,
// plays prompts, reads pressed keys and hands the answers to survey.
//
// It owns the ledger of calls (voice_calls), uploaded prompts (voice_prompts),
// the synthesis cache (voice_clips) and, where they are switched on, recorded
// remarks (voice_recordings). It takes in the event call.due, call briefs from
// survey, places among a number's contacts from sms, and what happens on the
// line from a Trunk; it gives out progress and answers to survey, outcomes to
// sms, and live calls and counts to staff.
//
// dialogue.go is a pure state machine and policy.go pure rules. voice/sip is
// the only package that speaks SIP, voice/prompt makes and checks audio. The
// promise: a try is written down before a trunk is asked to dial, each pressed
// answer is written down as it is pressed, and a call whose end nobody saw is
// called unknown and not made again by itself.
package voice
