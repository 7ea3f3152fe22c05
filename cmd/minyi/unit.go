package main

import (
	"io"
	"strings"

	"minyi"
	"minyi/survey"
)

type unitCmd struct {
	Import unitImport `cmd:"" help:"导入 The tree of units from a list: id, name, unit above, region, rank, tier."`
	List   unitList   `cmd:"" help:"列出 Show the tree."`
}

type unitImport struct{ listFlags }

// Run takes a list of units.
func (u unitImport) Run(c *command) error {
	q, err := u.query()
	if err != nil {
		return err
	}
	return c.withFile(u.File, u.DryRun, func(s *server, in io.Reader) error {
		report, err := send[survey.ImportReport](c, s, "/api/v1/imports/units", q, in)
		if err != nil {
			return err
		}
		return c.tellImport(report, u.listFlags)
	})
}

type unitList struct {
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run prints units below the ones that they belong to.
func (u unitList) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[minyi.UnitsReply](c.ctx, s, "/api/v1/units", nil)
		if err != nil {
			return err
		}
		if u.JSON {
			return printJSON(c.out, got)
		}
		below := map[minyi.UnitID][]minyi.Unit{}
		for _, unit := range got.Units {
			below[unit.Parent] = append(below[unit.Parent], unit)
		}
		c.printUnits(below, "", 0)
		c.printf("共 in all %d\n", len(got.Units))
		return nil
	}, "survey", "sms")
}

func (c *command) printUnits(below map[minyi.UnitID][]minyi.Unit, top minyi.UnitID, depth int) {
	for _, u := range below[top] {
		line := string(u.ID)
		for _, more := range []string{u.Name, u.Region, u.Rank, u.Tier} {
			if more != "" && more != line {
				line += "  " + more
			}
		}
		c.printf("%s%s\n", strings.Repeat("  ", depth), line)
		c.printUnits(below, u.ID, depth+1)
	}
}
