package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"minyi"
	"minyi/cmd/minyi/program"
	"minyi/internal/config"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// server is what a command acts on: a running program, or the same routes in
// this process when none is running.
type server struct {
	client *kit.Client
	cfg    config.Config
	here   bool // in this process: no server runs
}

// wake says what of the program a command starts where none runs. Messages and
// calls go out from minyi serve alone.
type wake struct {
	targets []string // parts to open; none: every one
	mute    []string // parts that only answer and do nothing by themselves
}

// all names the services, for a wake that mutes them.
var all = []string{"survey", "sms", "voice", "nlp", "score", "charts"}

// withServer finds the server and runs do on it. In order: --server; a
// program running on the same data directory (it leaves its address there);
// otherwise this process opens the store, works, and closes it. Nothing goes
// out to residents meanwhile: whoever asks for a status does not send.
func (c *command) withServer(do func(*server) error) error {
	return c.reach(do, wake{mute: []string{"sms", "voice"}})
}

// withTelephone is withServer for commands that place calls.
func (c *command) withTelephone(do func(*server) error) error {
	return c.reach(do, wake{mute: []string{"sms"}})
}

// withStore is withServer for commands that read or write what is stored and
// leave nothing to be done: no part works, and only targets are opened, all
// where none is named.
func (c *command) withStore(do func(*server) error, targets ...string) error {
	return c.reach(do, wake{targets: targets, mute: all})
}

// withData is withServer for commands that change what is stored: where
// nothing was ever stored they say so, and make no data directory.
func (c *command) withData(do func(*server) error) error {
	if err := c.begun(); err != nil {
		return err
	}
	return c.withServer(do)
}

// asking is withStore for commands that only ask of what is stored.
func (c *command) asking(do func(*server) error, targets ...string) error {
	if err := c.begun(); err != nil {
		return err
	}
	return c.withStore(do, targets...)
}

// begun refuses a place in which nothing was ever stored.
func (c *command) begun() error {
	if c.args.Server != "" {
		return nil
	}
	cfg, err := c.settings()
	if err != nil || stored(cfg) {
		return err
	}
	return fault.New(fault.NotFound, "no_data",
		"数据目录 "+cfg.Data+" 里还没有数据。请先导入（minyi import cases 文件）或运行 minyi serve；数据在别处时用 --set data=目录 指明。",
		"there is no data in "+cfg.Data+" yet; import a list (minyi import cases FILE) or run minyi serve first, or name the place with --set data=DIR")
}

// stored says whether there is a store.
func stored(cfg config.Config) bool {
	_, err := os.Stat(filepath.Join(cfg.Data, "store"))
	return cfg.MongoDB.URI != "" || !errors.Is(err, fs.ErrNotExist)
}

// reach runs do on the server at --server, on the one that holds the data, or
// on what w wakes in this process.
func (c *command) reach(do func(*server) error, w wake) error {
	if c.args.Server != "" {
		client, err := kit.NewClient(c.args.Server, c.args.Token, nil)
		if err != nil {
			return err
		}
		return do(&server{client: client, cfg: config.Config{}})
	}
	cfg, err := c.settings()
	if err != nil {
		return err
	}
	for until := time.Now().Add(startsWithin); ; {
		if client := c.running(cfg); client != nil {
			return do(&server{client: client, cfg: cfg})
		}
		err := c.offline(cfg, do, w)
		if fault.As(err).Code != "data_dir_in_use" || time.Now().After(until) {
			return err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	}
}

// startsWithin is how long a command waits for a program that holds the data
// directory and does not answer yet: it is starting, or another command that
// will soon be done.
const startsWithin = time.Minute

// offline runs what w wakes, without listeners, for the time of do.
func (c *command) offline(cfg config.Config, do func(*server) error, w wake) error {
	cfg.Log.Level = quieter(cfg.Log.Level)
	p := program.New(cfg, c.logger(cfg), version)
	p.Mute(w.mute...)
	group, err := p.Start(c.ctx, w.targets, false)
	if err != nil {
		return err
	}
	me := kit.Principal{ID: "cli", Name: "cli", Tenant: minyi.DefaultTenant}
	client, err := kit.NewClient("http://minyi.invalid", "", kit.Direct(p.Door().Trusted(me)))
	if err != nil {
		return errors.Join(err, group.Stop())
	}
	err = do(&server{client: client, cfg: cfg, here: true})
	return errors.Join(err, group.Stop())
}

// quieter keeps start-up chatter out of a command's screen.
func quieter(level string) string {
	if level == "info" {
		return "warn"
	}
	return level
}

// handle is what a running program leaves in its data directory for commands
// on the same machine. Whoever may read it may read the store as well.
type handle struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

func handlePath(cfg config.Config) string { return filepath.Join(cfg.Data, "server.json") }

// running gives a client of the program that runs on the same data directory,
// or nil.
func (c *command) running(cfg config.Config) *kit.Client {
	data, err := os.ReadFile(handlePath(cfg))
	if err != nil {
		return nil
	}
	var h handle
	if json.Unmarshal(data, &h) != nil {
		return nil
	}
	client, err := kit.NewClient(h.URL, h.Token, nil)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.ctx, 2*time.Second)
	defer cancel()
	req, err := client.Request(ctx, http.MethodGet, "/healthz", nil)
	if err != nil {
		return nil
	}
	resp, err := client.HTTP().Do(req)
	if err != nil {
		return nil // left over from a program that was killed
	}
	resp.Body.Close()
	return client
}

func leaveHandle(cfg config.Config, h handle) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	path := handlePath(cfg)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fault.Wrap(err, "leave the server's address for the command line")
	}
	return nil
}
