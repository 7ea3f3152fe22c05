package program

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/internal/config"
	"minyi/internal/fault"
)

// TestKeyRingBelongsToItsData starts once, then with the ring lost, with
// another one, and with its own again.
func TestKeyRingBelongsToItsData(t *testing.T) {
	dir := t.TempDir()
	open := func() string {
		a := New(config.Config{Data: dir}, slog.New(slog.DiscardHandler), "test")
		store, err := a.openStore(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}()
		_, err = a.openKeys(t.Context())
		var f *fault.Error
		if errors.As(err, &f) {
			return f.Code
		}
		if err != nil {
			t.Fatal(err)
		}
		return "opens"
	}
	path := filepath.Join(dir, "keys.json")
	step := func(want string) {
		t.Helper()
		if got := open(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	step("opens")
	ring, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	step("key_ring_missing")
	if _, err := os.Stat(path); err == nil {
		t.Error("a new ring was made beside data that it cannot open")
	}
	other := New(config.Config{Data: t.TempDir()}, slog.New(slog.DiscardHandler), "test")
	if _, err := other.ring(false); err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(filepath.Join(other.cfg.Data, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, foreign, 0o600); err != nil {
		t.Fatal(err)
	}
	step("key_ring_other")
	if err := os.WriteFile(path, ring, 0o600); err != nil {
		t.Fatal(err)
	}
	step("opens")
}

// TestALostPageStopsTheStart wipes pages of a store that was closed in order.
func TestALostPageStopsTheStart(t *testing.T) {
	dir := t.TempDir()
	open := func() error {
		a := New(config.Config{Data: dir}, slog.New(slog.DiscardHandler), "test")
		store, err := a.openStore(t.Context())
		if err != nil {
			return err
		}
		_, err = a.openKeys(t.Context())
		return errors.Join(err, store.Close())
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "store", "minyi.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := file.Stat()
	for at := int64(4096); at < info.Size(); at += 4096 {
		if _, err := file.WriteAt(make([]byte, 4096), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var f *fault.Error
	if err := open(); !errors.As(err, &f) || f.Code != "store_damaged" {
		t.Errorf("the start goes on: %v", err)
	}
}

// A store that went missing beside its key ring is told; a first start is not.
func TestAMissingStoreIsTold(t *testing.T) {
	dir := t.TempDir()
	open := func() string {
		var log bytes.Buffer
		p := New(config.Config{Data: dir}, slog.New(slog.NewTextHandler(&log, nil)), "test")
		store, err := p.openStore(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.openKeys(t.Context()); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		return log.String()
	}
	if first, again := open(), open(); first+again != "" {
		t.Errorf("a first start and the next say %s%s", first, again)
	}
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	if found, err := New(config.Config{Data: dir}, slog.New(slog.DiscardHandler), "test").keyHealth(t.Context()); err != nil || !strings.Contains(found, "store 目录") {
		t.Errorf("doctor says %q, %v", found, err)
	}
	if said := open(); !strings.Contains(said, "store 目录") {
		t.Errorf("without its store it says %q", said)
	}
}
