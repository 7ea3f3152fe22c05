package program

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"minyi/api"
	"minyi/internal/clock"
	"minyi/internal/config"
	"minyi/internal/docstore"
	"minyi/internal/docstore/mongodb"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/fault"
	"minyi/internal/run"
	"minyi/internal/secret"
	"minyi/internal/stream"
	"minyi/internal/stream/embedded"
)

// ground is what every service stands on.
type ground struct {
	cfg     config.Config
	version string
	log     *slog.Logger
	clock   clock.Clock
	db      *docstore.DB
	bus     *stream.Bus
	box     *secret.Box
	tokens  *api.Tokens
	door    *api.Door
}

// openStore opens MongoDB where a URI is set, and the embedded store
// otherwise. One code path above it.
func (p *Program) openStore(ctx context.Context) (run.Running, error) {
	if err := MakeDataDir(p.cfg.Data); err != nil {
		return run.Running{}, err
	}
	engine, err := p.engine(ctx)
	if err != nil {
		return run.Running{}, err
	}
	p.db = docstore.New(engine)
	look, err := lookThrough(ctx, engine)
	if err != nil {
		return run.Running{}, errors.Join(err, p.db.Close())
	}
	return run.Running{Run: look, Close: p.db.Close}, nil
}

// checkedAtStart is how large a store is read through before anything runs,
// about a second's work; a larger one is read while the program serves.
const checkedAtStart = 1 << 30

// lookThrough looks for damage that a clean end cannot show, such as a page
// that the disk lost: serving from such a file would spread it.
func lookThrough(ctx context.Context, engine docstore.Engine) (run func(context.Context) error, err error) {
	whole, ok := engine.(interface{ Check(context.Context) error })
	if !ok {
		return nil, nil
	}
	stats, err := engine.Stats(ctx)
	if err != nil {
		return nil, err
	}
	if stats.Bytes <= checkedAtStart {
		return nil, whole.Check(ctx)
	}
	return func(ctx context.Context) error {
		if err := whole.Check(ctx); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	}, nil
}

func (p *Program) engine(ctx context.Context) (docstore.Engine, error) {
	if p.cfg.MongoDB.URI != "" {
		return mongodb.Open(ctx, p.cfg.MongoDB.URI, p.cfg.MongoDB.Database)
	}
	return sqlite.Open(ctx, filepath.Join(p.cfg.Data, "store"))
}

// MakeDataDir makes the folder that holds everything the program keeps.
func MakeDataDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Unavailable, "data_dir",
			"无法使用数据目录 "+dir+"，请检查路径与权限，或用 --set data=目录 换一个。",
			"the data directory "+dir+" cannot be used; check its path and permissions, or choose another with --set data=DIR").With(err)
	}
	return nil
}

// openQueue connects to Redis, or starts one in the process.
func (p *Program) openQueue(ctx context.Context) (run.Running, error) {
	addr := p.cfg.Redis.Addr
	var own *embedded.Server
	if addr == "" {
		var err error
		if own, err = embedded.Start(); err != nil {
			return run.Running{}, err
		}
		addr = own.Addr()
	}
	bus, err := stream.Open(ctx, addr, readers, p.log)
	if err != nil {
		if own != nil {
			own.Close()
		}
		return run.Running{}, err
	}
	p.bus = bus
	return run.Running{Close: func() error {
		err := bus.Close()
		if own != nil {
			own.Close()
		}
		return err
	}}, nil
}

// openDoor makes the door and its tokens; the listeners open last.
func (p *Program) openDoor(ctx context.Context) (run.Running, error) {
	var err error
	if p.tokens, err = api.OpenTokens(ctx, p.db, p.clock); err != nil {
		return run.Running{}, err
	}
	trail, err := api.OpenTrail(ctx, p.db, p.clock, p.log, p.cfg.Staff.Trail)
	if err != nil {
		return run.Running{}, err
	}
	metrics := api.NewMetrics()
	p.door = api.NewDoor(api.Deps{
		Config: api.Config{PublicListen: p.cfg.Public.Listen, StaffListen: p.cfg.Staff.Listen, StaffURL: p.cfg.Staff.URL, PublicURL: p.cfg.Public.URL, Version: p.version,
			PerMinute: p.cfg.Public.PerMinute, Proxies: p.cfg.Public.Proxies, PeerToken: p.cfg.Peers.Token, Grace: p.cfg.Stop.Grace},
		Tokens: p.tokens, Trail: trail, Box: p.box, Clock: p.clock, Log: p.log, Metrics: metrics,
		Ready: func(ctx context.Context) error { return errors.Join(p.db.Ping(ctx), p.bus.Ping(ctx)) },
	})
	p.watchQueues(metrics)
	return run.Running{}, p.connect()
}

// watchQueues shows how much waits in each stream, and what was given up.
func (p *Program) watchQueues(m *api.Metrics) {
	for topic, groups := range readers {
		for _, group := range groups {
			labels := map[string]string{"topic": string(topic), "group": group}
			m.Gauge("minyi_stream_backlog", "Events not yet handled.", labels, func() float64 {
				n, err := p.bus.Backlog(context.Background(), topic, group)
				return orUnknown(n, err)
			})
			m.Gauge("minyi_stream_dead", "Events given up after five tries.", labels, func() float64 {
				n, err := p.bus.Dead(context.Background(), topic, group)
				return orUnknown(n, err)
			})
		}
	}
}

// orUnknown shows −1 where the queue did not answer, so that "nothing waits"
// and "nobody knows" are told apart.
func orUnknown(n int64, err error) float64 {
	if err != nil {
		return -1
	}
	return float64(n)
}

// openListeners takes the ports after every route is there.
func (p *Program) openListeners(context.Context) (run.Running, error) {
	p.servePeers(p.door.Staff())
	if err := p.door.Listen(); err != nil {
		return run.Running{}, err
	}
	return run.Running{Run: p.door.Run}, nil
}
