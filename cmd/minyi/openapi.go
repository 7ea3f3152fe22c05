package main

type openapiCmd struct {
	Out string `short:"o" placeholder:"FILE" help:"输出文件 File to write; - for standard output." default:"-"`
}

// Run writes the description of every route.
func (o openapiCmd) Run(c *command) error { return c.download("/api/v1/openapi.json", nil, o.Out) }
