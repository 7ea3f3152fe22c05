package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"minyi"
	"minyi/internal/config"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/run"
	"minyi/nlp/jieba"
	"minyi/nlp/topic"
)

// Check is one thing that the program needs; Do looks at it and gives a short
// finding.
type Check struct {
	Name string
	Do   func(context.Context) (string, error)
}

// StartChecks look at all that a program which does not run yet needs, and
// change nothing that matters.
func StartChecks(cfg config.Config, log *slog.Logger) []Check {
	p := New(cfg, log, "")
	list := []Check{
		{"数据目录 data directory", func(context.Context) (string, error) { return writable(cfg.Data) }},
		{"存储 store", p.storeHealth},
		{"密钥 key ring", p.keyHealth},
		{"队列 queue", func(ctx context.Context) (string, error) { return probe(ctx, p.openQueue, queueName(cfg)) }},
		{"端口 public.listen", func(context.Context) (string, error) { return free("public.listen", cfg.Public.Listen) }},
		{"端口 staff.listen", func(context.Context) (string, error) { return free("staff.listen", cfg.Staff.Listen) }},
	}
	return append(list, MachineChecks(cfg)...)
}

// MachineChecks are those that need neither the store nor the ports.
func MachineChecks(cfg config.Config) []Check {
	list := []Check{
		{"时钟与时区 clock and time zone", clockAndZone},
		{"分词 segmenter", func(context.Context) (string, error) { return Segmenter(cfg) }},
		{"短信长度 link length", func(context.Context) (string, error) { return linkLength(cfg), nil }},
		{"中文字体 Chinese fonts", fonts},
	}
	list = append(list, smsChecks(cfg, time.Now())...)
	if len(cfg.Trunks()) == 0 && cfg.Voice.Speech == "" {
		return append(list, Check{"电话 telephone", func(context.Context) (string, error) {
			return "未配置，不打电话 not configured, no calls are placed (voice.server)", nil
		}})
	}
	return append(list, voiceChecks(cfg)...)
}

// storeHealth opens the store, reads it through and says how large it is.
func (p *Program) storeHealth(ctx context.Context) (string, error) {
	engine, err := p.engine(ctx)
	if err != nil {
		return "", err
	}
	found, err := health(ctx, engine)
	return found, errors.Join(err, engine.Close())
}

func health(ctx context.Context, engine docstore.Engine) (string, error) {
	if err := engine.Ping(ctx); err != nil {
		return "", err
	}
	whole, canCheck := engine.(interface{ Check(context.Context) error })
	if canCheck {
		if err := whole.Check(ctx); err != nil {
			return "", err
		}
	}
	s, err := engine.Stats(ctx)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s %s, %.1f MB", s.Engine, s.Where, float64(s.Bytes)/1e6)
	if s.Free > 0 {
		text += fmt.Sprintf(", 磁盘剩余 free %.1f GB", float64(s.Free)/1e9)
	}
	if canCheck {
		text += ", 结构完整 structure whole"
	}
	return text, nil
}

// clockAndZone fails where the clock was never set: every day, deadline and
// sending window would be wrong.
func clockAndZone(context.Context) (string, error) {
	now := time.Now()
	if now.Year() < 2025 {
		return "", fault.New(fault.Unavailable, "clock_unset", "本机时钟是 "+now.Format(time.DateTime)+"，请先校时（如启用 NTP）。",
			"this machine's clock says "+now.Format(time.DateTime)+"; set it first, e.g. by NTP")
	}
	return now.In(minyi.Shanghai).Format("2006-01-02 15:04:05") + " Asia/Shanghai", nil
}

// fonts matters to a browser on this machine alone: pages and pictures are
// drawn where they are read.
func fonts(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "fc-list", ":lang=zh-cn", "family").Output()
	switch {
	case err != nil:
		return "未检查：本机没有 fontconfig；网页由读者的浏览器绘制 not looked for: no fontconfig here; pages are drawn where they are read", nil
	case len(bytes.TrimSpace(out)) == 0:
		return "没有；若在本机打印，请安装 none; to print from this machine install fonts-noto-cjk", nil
	}
	return fmt.Sprintf("%d 种 families", bytes.Count(out, []byte("\n"))), nil
}

func reachable(ctx context.Context, addr string) (string, error) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return "", fault.New(fault.Unavailable, "smsc_unreachable", "无法连接 "+addr+"，请检查 sms.smpp.addr、网络和白名单。",
			addr+" cannot be reached; check sms.smpp.addr, the network and the carrier's list of allowed addresses").On("sms.smpp.addr").With(err)
	}
	return addr + " answers", conn.Close()
}

func writable(dir string) (string, error) {
	if err := MakeDataDir(dir); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return "", fault.New(fault.Unavailable, "data_dir", "数据目录 "+dir+" 不可写。", "the data directory "+dir+" cannot be written").With(err)
	}
	abs, _ := filepath.Abs(dir)
	return abs, errors.Join(f.Close(), os.Remove(f.Name()))
}

// keyHealth looks without making a ring: doctor must not decide where keys
// live.
func (p *Program) keyHealth(ctx context.Context) (found string, err error) {
	store, err := p.openStore(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	marks, err := docstore.Open[keyMark](ctx, p.db, "minyi_keys")
	if err != nil {
		return "", err
	}
	if _, err := marks.Get(ctx, keyMarkID); fault.Is(err, fault.NotFound) && p.cfg.Keys.Ring == "" {
		if _, gone := os.Stat(p.ringFile()); gone != nil {
			return "尚无，首次启动时生成 none yet, made at the first start", nil
		}
		return "注意 note: " + storeGone, nil
	}
	_, err = p.openKeys(ctx)
	return "可用，请与数据分开备份 opens this data; keep a copy apart from it", err
}

func queueName(cfg config.Config) string {
	if cfg.Redis.Addr != "" {
		return "Redis answers"
	}
	return "in-process Redis starts"
}

// Segmenter loads the dictionaries, the hotline's own words among them.
func Segmenter(cfg config.Config) (string, error) {
	text, err := settingsFile("nlp.user_dictionary", cfg.NLP.UserDictionary)
	if err != nil {
		return "", err
	}
	if err := topics(cfg); err != nil {
		return "", err
	}
	words, err := jieba.ParseUserWords("nlp.user_dictionary", bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	seg, err := jieba.New(jieba.Dictionary{User: words})
	if err != nil {
		return "", err
	}
	seg.Close()
	return fmt.Sprintf("词典可用，自有词 %d 个 dictionaries load, %d words of your own", len(words), len(words)), nil
}

// topics reads the city's own, if it has any.
func topics(cfg config.Config) error {
	text, err := settingsFile("nlp.taxonomy", cfg.NLP.Taxonomy)
	if err != nil || text == nil {
		return err
	}
	_, err = topic.Parse("nlp.taxonomy", text)
	return err
}

func free(setting, addr string) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fault.New(fault.Unavailable, "port_in_use", addr+" 无法监听（被占用或无权限）。", addr+" cannot be listened on: in use, or not permitted").On(setting).With(err)
	}
	return addr + " is free", l.Close()
}

// linkLength warns where the link would crowd out the text: 70 characters is
// one message, signature and link included.
func linkLength(cfg config.Config) string {
	n := len(strings.TrimRight(cfg.Public.URL, "/")) + len("/s/") + 11
	if n > 30 {
		return fmt.Sprintf("%d characters; with 30 or fewer more text fits one message (shorten public.url)", n)
	}
	return fmt.Sprintf("%d characters", n)
}

// probe starts a part and closes it again at once.
func probe(ctx context.Context, start func(context.Context) (run.Running, error), found string) (string, error) {
	running, err := start(ctx)
	if err != nil {
		return "", err
	}
	if running.Close != nil {
		err = running.Close()
	}
	return found, err
}
