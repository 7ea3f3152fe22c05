package main

type demoCmd struct{}
type demoParts struct{}

// Run is.
func (demoCmd) Run(c *command) error { return nil }
