package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// meter shows progress: one line that is redrawn on a terminal, a plain line
// every few seconds in a pipe.
type meter struct {
	w        io.Writer
	label    string
	terminal bool
	most     int64
	begun    time.Time
	shown    time.Time
}

// plainEvery keeps a log readable.
const plainEvery = 3 * time.Second

func newMeter(w io.Writer, label string) *meter {
	m := &meter{w: w, label: label, begun: time.Now()}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			m.terminal = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return m
}

// left tells how much is still to do; the most ever told counts as all.
func (m *meter) left(n int64) {
	m.most = max(m.most, n)
	m.show(m.most-n, m.most, "")
}

// show tells how much of all is done, with a note.
func (m *meter) show(done, all int64, note string) {
	if all == 0 {
		return
	}
	if m.terminal {
		const width = 30
		full := int(done * width / all)
		fmt.Fprintf(m.w, "\r\x1b[K%s [%s%s] %d/%d %s", m.label, blocks("█", full), blocks("░", width-full), done, all, note)
		return
	}
	if time.Since(m.shown) >= plainEvery {
		m.shown = time.Now()
		fmt.Fprintf(m.w, "%s %d/%d %s\n", m.label, done, all, note)
	}
}

// count tells how far something is whose end is not known; what is over in a
// moment is not shown in a pipe.
func (m *meter) count(soFar string) {
	switch {
	case m.terminal:
		m.most = 1
		fmt.Fprintf(m.w, "\r\x1b[K%s %s", m.label, soFar)
	case time.Since(m.begun) >= plainEvery && time.Since(m.shown) >= plainEvery:
		m.shown = time.Now()
		fmt.Fprintf(m.w, "%s %s\n", m.label, soFar)
	}
}

func (m *meter) done() {
	if m.terminal && m.most > 0 {
		fmt.Fprintln(m.w)
	}
}

func blocks(s string, n int) (out string) {
	for range n {
		out += s
	}
	return out
}
