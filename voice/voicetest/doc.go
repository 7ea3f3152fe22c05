// Package voicetest holds fakes for tests of voice: a trunk whose people react
// as told, survey and sms as voice sees them, and an engine that needs no
// program. It takes in scripts and gives out what was done.
package voicetest
