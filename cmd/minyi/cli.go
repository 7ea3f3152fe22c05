package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"minyi/internal/config"
	"minyi/internal/fault"
)

// console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the command line. Help texts are one line each, in Chinese and
// English, because both kinds of reader have only this screen.
type cli struct {
	globals

	Serve         serveCmd         `cmd:"" help:"运行服务 Run the program: all targets, or those named."`
	Demo          demoCmd          `cmd:"" help:"演示 Run the whole line on made-up work orders and leave it running."`
	Import        importCmd        `cmd:"" help:"导入 Import work orders, lists, existing answers or indicator values."`
	Questionnaire questionnaireCmd `cmd:"" help:"问卷 List, draft and publish questionnaires."`
	Unit          unitCmd          `cmd:"" help:"单位 The units whose figures are shown, and which stands under which."`
	Campaign      campaignCmd      `cmd:"" help:"回访任务 Create, start, watch, pause and stop campaigns."`
	Followup      followupCmd      `cmd:"" help:"差评整改 List follow-ups of bad ratings and record their steps."`
	SetAside      setAsideCmd      `cmd:"" name:"set-aside" help:"搁置 Set a disputed rating aside with a reason, or take that back."`
	Erase         eraseCmd         `cmd:"" help:"删除个人信息 Erase what is known of a person, by phone number."`
	Sandbox       sandboxCmd       `cmd:"" help:"模拟通道 Read what the sandbox carrier delivered, and reply as a resident."`
	Voice         voiceCmd         `cmd:"" help:"语音 Test calls, live calls, outcomes."`
	Score         scoreCmd         `cmd:"" help:"评分 Compute an index from a file, or show the live score."`
	NLP           nlpCmd           `cmd:"" name:"nlp" help:"文本 Analyse a text, show hot words and topics, evaluate models."`
	Report        reportCmd        `cmd:"" help:"报告 Write the overview as a page to print."`
	Export        exportCmd        `cmd:"" help:"导出 Export answers, scores or anonymous research data as CSV or XLSX."`
	Token         tokenCmd         `cmd:"" help:"令牌 Make, list and revoke staff tokens."`
	Actions       actionsCmd       `cmd:"" help:"操作记录 List what staff did: who, when, what."`
	OpenAPI       openapiCmd       `cmd:"" name:"openapi" help:"接口说明 Write the description of every route (OpenAPI 3.1)."`
	Settings      settingsCmd      `cmd:"" name:"config" help:"配置 Check or print the settings."`
	Doctor        doctorCmd        `cmd:"" help:"自检 Check that this machine and these settings can run minyi."`
	Version       versionCmd       `cmd:"" help:"版本 Print the version."`
}

// globals are the flags that every command takes.
type globals struct {
	Config string            `short:"c" env:"MINYI_CONFIG" placeholder:"FILE" help:"配置文件 Settings file (YAML)."`
	Set    map[string]string `short:"s" mapsep:"none" placeholder:"KEY=VALUE" help:"覆盖一项配置 Override one setting; may be repeated."`
	Server string            `env:"MINYI_SERVER" placeholder:"URL" help:"远程服务 Staff address of a running server to act on."`
	Token  string            `name:"server-token" env:"MINYI_TOKEN" placeholder:"TOKEN" help:"远程令牌 Staff token for --server."`
}

// command is what each command's Run is given.
type command struct {
	console
	ctx  context.Context
	args globals
}

// errRowsRefused ends a command that did its work but refused rows of a file.
var errRowsRefused = errors.New("some rows were refused")

func execute(ctx context.Context, args []string, c console) int {
	var root cli
	exit := -1
	parser, err := kong.New(&root, kong.Name("minyi"), kong.UsageOnError(), kong.Writers(c.out, c.err),
		kong.Description("民意：12345 热线满意度调查与总体感知分析。Surveys, text analysis and scoring for 12345 hotlines."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		fmt.Fprintln(c.err, err)
		return 1
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(doubled(args, parser.Model))
	if exit >= 0 {
		return exit
	}
	if err != nil {
		return c.code(wrongUsage(err))
	}
	return c.code(parsed.Run(&command{console: c, ctx: ctx, args: root.globals}))
}

// doubled lets a long flag be written with one dash as well (-target=sms), as
// Go's own tools have it.
func doubled(args []string, model *kong.Application) []string {
	long := map[string]bool{}
	for _, n := range append([]*kong.Node{model.Node}, model.Leaves(false)...) {
		for _, flag := range n.Flags {
			long[flag.Name] = true
		}
	}
	out := make([]string, len(args))
	for i, arg := range args {
		if arg == "--" {
			copy(out[i:], args[i:])
			return out
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "-"), "=")
		if out[i] = arg; len(name) > 1 && strings.HasPrefix(arg, "-") && long[name] {
			out[i] = "-" + arg
		}
	}
	return out
}

// code prints err for a person and gives the exit code.
func (c console) code(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errRowsRefused):
		return 3
	}
	told := faults(err)
	for _, f := range told {
		c.tell(f)
	}
	if len(told) == 0 {
		fmt.Fprintln(c.err, "minyi:", err)
	}
	if fault.Is(err, fault.Invalid) {
		return 2
	}
	return 1
}

// faults gives every fault in err, so that two wrong ports are told at once.
func faults(err error) []*fault.Error {
	switch e := err.(type) {
	case *fault.Error:
		return []*fault.Error{e}
	case interface{ Unwrap() []error }:
		var all []*fault.Error
		for _, one := range e.Unwrap() {
			all = append(all, faults(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return faults(e.Unwrap())
	}
	return nil
}

func (c console) tell(f *fault.Error) {
	field := ""
	if f.Field != "" {
		field = f.Field + ": "
	}
	fmt.Fprintf(c.err, "错误 %s%s\n", field, f.ZH)
	if f.EN != f.ZH && !strings.HasPrefix(locale(), "zh") {
		fmt.Fprintf(c.err, "error: %s%s\n", field, f.EN)
	}
	if f.Cause != nil {
		fmt.Fprintf(c.err, "  (%v)\n", f.Cause)
	}
}

func locale() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return ""
}

// settings loads what the command line names.
func (c *command) settings() (config.Config, error) {
	return config.Load(config.Sources{File: c.args.Config, Env: os.Environ(), Flags: c.args.Set})
}

func (c *command) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// logger writes to the error stream, so that a command's output stays clean.
func (c *command) logger(cfg config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.Log.Level)) // checked with the settings
	opt := &slog.HandlerOptions{Level: level}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(c.err, opt))
	}
	return slog.New(slog.NewTextHandler(c.err, opt))
}
