package main

import (
	"minyi/cmd/minyi/program"
	"minyi/internal/config"
)

type settingsCmd struct {
	Check settingsCheck `cmd:"" help:"检查配置 Say all that is wrong with the settings."`
	Print settingsPrint `cmd:"" help:"打印配置 Print every setting in force with its help; secrets masked."`
}

type settingsCheck struct{}

// Run checks the settings.
func (settingsCheck) Run(c *command) error {
	cfg, err := c.settings()
	if err != nil {
		return err
	}
	if _, err := program.Segmenter(cfg); err != nil { // reads nlp.user_dictionary and nlp.taxonomy
		return err
	}
	c.printf("配置正确 settings are right\n")
	return nil
}

type settingsPrint struct{}

// Run prints the settings in force.
func (settingsPrint) Run(c *command) error {
	cfg, err := c.settings()
	if err != nil {
		return err
	}
	return config.Print(c.out, cfg)
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(c *command) error {
	c.printf("minyi %s\n", version)
	return nil
}
