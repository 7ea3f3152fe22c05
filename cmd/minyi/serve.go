package main

import (
	"os"
	"strings"

	"minyi/cmd/minyi/program"
	"minyi/internal/config"
)

type serveCmd struct {
	Target      []string `short:"t" sep:"," placeholder:"NAME,…" help:"只运行这些目标 Run these targets only; see --list-targets."`
	ListTargets bool     `help:"列出目标 List the targets and stop."`
}

// Run runs the program until it is told to stop.
func (s serveCmd) Run(c *command) error {
	if s.ListTargets {
		return listTargets(c)
	}
	cfg, err := c.settings()
	if err != nil {
		return err
	}
	p := program.New(cfg, c.logger(cfg), version)
	group, err := p.Start(c.ctx, s.Target, true)
	if err != nil {
		return err
	}
	done, err := announce(c, cfg, p)
	if err != nil {
		c.code(err)
		return group.Stop()
	}
	defer done()
	return group.Wait(c.ctx)
}

func listTargets(c *command) error {
	for _, p := range program.New(config.Config{}, nil, version).Parts() {
		if p.Target {
			c.printf("%-8s %s\n", p.Name, p.About)
		}
	}
	return nil
}

// announce says where the program listens, shows the first token once, and
// leaves a handle for commands on this machine. done takes the handle away.
func announce(c *command, cfg config.Config, p *program.Program) (done func(), err error) {
	c.printf("minyi %s\n群众端 public: %s （监听 listening on %s）\n工作人员端 staff: %s （监听 listening on %s）\n",
		version, cfg.Public.URL, p.Door().PublicAddr(), cfg.Staff.URL, p.Door().StaffAddr())
	first, err := p.Tokens().First(c.ctx)
	if err != nil {
		return nil, err
	}
	if first != "" {
		c.printf("\n首次启动，工作人员登录链接（只显示这一次）first start, staff sign-in link, shown this once:\n\n  %s/signin?token=%s\n\n", strings.TrimRight(cfg.Staff.URL, "/"), first)
	}
	if cfg.SMS.AlwaysOpen {
		c.printf("注意 note: sms.always_open 已开启，任何时间都会发送 messages go out at any hour\n")
	}
	return func() { _ = os.Remove(handlePath(cfg)) }, leaveOwnHandle(cfg, p)
}

// leaveOwnHandle tells commands on this machine where this process is.
func leaveOwnHandle(cfg config.Config, p *program.Program) error {
	return leaveHandle(cfg, handle{URL: "http://" + loopback(p.Door().StaffAddr()), Token: p.Door().LocalToken()})
}

// loopback gives the address to call for a listener on all interfaces.
func loopback(addr string) string {
	addr = strings.Replace(addr, "[::]", "127.0.0.1", 1)
	return strings.Replace(addr, "0.0.0.0", "127.0.0.1", 1)
}
