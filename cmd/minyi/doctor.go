package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"minyi/internal/config"
	"minyi/internal/fault"
	"minyi/nlp/jieba"
)

type doctorCmd struct{}

// check is one thing that doctor looks at; do gives a short finding.
type check struct {
	name string
	do   func(context.Context) (string, error)
}

// Run looks at all that serve would need and changes nothing that matters.
func (doctorCmd) Run(c *command) error {
	cfg, err := c.settings()
	if err != nil {
		return err
	}
	if client := c.running(cfg); client != nil {
		c.printf("正在运行 a server runs on this data directory: %s\n", cfg.Staff.URL)
	}
	var failed error
	for _, k := range checks(cfg, c) {
		ctx, cancel := context.WithTimeout(c.ctx, 20*time.Second)
		found, err := k.do(ctx)
		cancel()
		if err != nil {
			failed = errors.Join(failed, err)
			c.printf("✗ %-28s %s\n", k.name, fault.As(err).ZH)
			c.printf("  %-28s %s\n", "", err)
			continue
		}
		c.printf("✓ %-28s %s\n", k.name, found)
	}
	if failed != nil {
		return errors.New("有检查未通过 some checks failed; see above")
	}
	return nil
}

func checks(cfg config.Config, c *command) []check {
	a := newApp(cfg, c.logger(cfg))
	return append([]check{
		{"配置 settings", func(context.Context) (string, error) { return "ok", nil }},
		{"数据目录 data directory", func(context.Context) (string, error) { return writable(cfg.Data) }},
		{"密钥 key ring", func(ctx context.Context) (string, error) { return keyRing(ctx, cfg) }},
		{"存储 store", func(ctx context.Context) (string, error) { return probe(ctx, a.openStore, storeName(cfg)) }},
		{"队列 queue", func(ctx context.Context) (string, error) { return probe(ctx, a.openQueue, queueName(cfg)) }},
		{"分词 segmenter", segmenter},
		{"端口 public.listen", func(context.Context) (string, error) { return free("public.listen", cfg.Public.Listen) }},
		{"端口 staff.listen", func(context.Context) (string, error) { return free("staff.listen", cfg.Staff.Listen) }},
		{"短信长度 link length", func(context.Context) (string, error) { return linkLength(cfg), nil }},
	}, voiceChecks(cfg)...)
}

func writable(dir string) (string, error) {
	if err := makeDataDir(dir); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return "", fault.New(fault.Unavailable, "data_dir", "数据目录 "+dir+" 不可写。", "the data directory "+dir+" cannot be written").With(err)
	}
	abs, _ := filepath.Abs(dir)
	return abs, errors.Join(f.Close(), os.Remove(f.Name()))
}

// keyRing looks without making one: doctor must not decide where keys live.
func keyRing(ctx context.Context, cfg config.Config) (string, error) {
	if _, err := os.Stat(filepath.Join(cfg.Data, "keys.json")); err != nil && cfg.Keys.Ring == "" {
		return "none yet, made at the first start", nil
	}
	a := newApp(cfg, nil)
	_, err := a.openKeys(ctx)
	return "readable; keep a copy apart from the data", err
}

func storeName(cfg config.Config) string {
	if cfg.MongoDB.URI != "" {
		return "MongoDB answers, database " + cfg.MongoDB.Database
	}
	return "embedded SQLite opens"
}

func queueName(cfg config.Config) string {
	if cfg.Redis.Addr != "" {
		return "Redis answers"
	}
	return "in-process Redis starts"
}

func segmenter(context.Context) (string, error) {
	if _, err := jieba.New(jieba.Dictionary{}); err != nil {
		return "", err
	}
	return "dictionaries load", nil
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
