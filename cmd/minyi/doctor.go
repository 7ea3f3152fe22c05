package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"minyi/cmd/minyi/program"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

type doctorCmd struct{}

// Run looks at all that serve would need and changes nothing that matters.
func (doctorCmd) Run(c *command) error {
	cfg, err := c.settings()
	if err != nil {
		return err
	}
	look := program.StartChecks(cfg, c.logger(cfg))
	if client := c.running(cfg); client != nil {
		look = append(runningChecks(client), program.MachineChecks(cfg)...)
	}
	var failed error
	for _, k := range look {
		ctx, cancel := context.WithTimeout(c.ctx, 2*time.Minute) // a large store takes a second a gigabyte to read
		found, err := k.Do(ctx)
		cancel()
		if err != nil {
			failed = errors.Join(failed, err)
			f := fault.As(err)
			c.printf("✗ %s\n    %s\n    %s\n", k.Name, f.ZH, f.EN)
			if f.Cause != nil {
				c.printf("    (%v)\n", f.Cause)
			}
			continue
		}
		c.printf("✓ %s: %s\n", k.Name, found)
	}
	if failed != nil {
		return errors.New("有检查未通过，见上 some checks failed, see above")
	}
	return nil
}

// runningChecks ask the program that runs on this data directory: it holds the
// store and the ports, so that they cannot be tried from outside.
func runningChecks(client *kit.Client) []program.Check {
	return []program.Check{{Name: "正在运行 running server", Do: func(ctx context.Context) (string, error) {
		req, err := client.Request(ctx, http.MethodGet, "/readyz", nil)
		if err != nil {
			return "", err
		}
		resp, err := client.HTTP().Do(req)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return "", kit.FaultOf(resp)
		}
		return "存储与队列正常 store and queue answer", nil
	}}}
}
