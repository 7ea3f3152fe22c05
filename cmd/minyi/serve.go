package main

import (
	"os"
	"strings"

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
	a := newApp(cfg, c.logger(cfg))
	group, err := a.start(c.ctx, s.Target, true)
	if err != nil {
		return err
	}
	done, err := a.announce(c)
	if err != nil {
		c.code(err)
		return group.Stop()
	}
	defer done()
	return group.Wait(c.ctx)
}

func listTargets(c *command) error {
	for _, p := range newApp(config.Config{}, nil).parts() {
		if p.Target {
			c.printf("%-8s %s\n", p.Name, p.About)
		}
	}
	return nil
}

// announce says where the program listens, shows the first token once, and
// leaves a handle for commands on this machine. done takes the handle away.
func (a *app) announce(c *command) (done func(), err error) {
	c.printf("minyi %s\n群众端 public: %s （监听 listening on %s）\n工作人员端 staff: %s （监听 listening on %s）\n",
		version, a.cfg.Public.URL, a.door.PublicAddr(), a.cfg.Staff.URL, a.door.StaffAddr())
	first, err := a.tokens.First(c.ctx)
	if err != nil {
		return nil, err
	}
	if first != "" {
		c.printf("\n首次启动，工作人员登录链接（只显示这一次）first start, staff sign-in link, shown this once:\n\n  %s/signin?token=%s\n\n", strings.TrimRight(a.cfg.Staff.URL, "/"), first)
	}
	if a.cfg.SMS.AlwaysOpen {
		c.printf("注意 note: sms.always_open 已开启，任何时间都会发送 messages go out at any hour\n")
	}
	return func() { _ = os.Remove(handlePath(a.cfg)) }, a.leaveOwnHandle()
}

// leaveOwnHandle tells commands on this machine where this process is.
func (a *app) leaveOwnHandle() error {
	return leaveHandle(a.cfg, handle{URL: "http://" + loopback(a.door.StaffAddr()), Token: a.door.LocalToken()})
}

// loopback gives the address to call for a listener on all interfaces.
func loopback(addr string) string {
	addr = strings.Replace(addr, "[::]", "127.0.0.1", 1)
	return strings.Replace(addr, "0.0.0.0", "127.0.0.1", 1)
}
