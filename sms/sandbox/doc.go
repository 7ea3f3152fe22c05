// Package sandbox is a carrier within the process, for demonstrations and
// tests: it keeps what it was given in an outbox, reports on it, and plays the
// residents who answer.
//
// It takes in sms.Message and gives out receipts and replies like any gateway.
// Some residents open the link of the text on the real phone page and fill it
// in as a browser would, some reply by digit or word, some never answer, a few
// opt out, some numbers are dead. Everything follows from a seed. It sends
// nothing anywhere but to the loopback address of that page.
package sandbox
