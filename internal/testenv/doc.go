// Package testenv gives tests what they run against: a fresh store, a fresh
// stream, a fixed key ring, shared data sets, golden files, and a deadline
// instead of a sleep.
//
// It takes in a testing.TB and gives out things that clean themselves up. What
// a machine lacks is a loud skip, and a failure where MINYI_TEST_REQUIRE=1
// (CI). Nothing but tests imports it.
package testenv
