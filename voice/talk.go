package voice

import (
	"context"
	"time"

	"minyi/voice/g711"
)

// goodbyeTail lets the last words leave the other side's jitter buffer before
// we hang up.
const goodbyeTail = 300 * time.Millisecond

// talk holds the dialogue on an answered line.
func (c *conversation) talk(ctx context.Context, line Line) {
	d := &drive{c: c, line: line, started: time.Now(), timer: time.NewTimer(time.Hour)}
	defer d.timer.Stop()
	c.mu.Lock()
	c.answered = c.service.clock.Now()
	c.mu.Unlock()
	d.take(ctx, Event{Kind: EventAnswered})
	for !d.over {
		select {
		case s := <-line.Heard():
			d.sound(ctx, s)
		case <-d.timer.C:
			d.take(ctx, Event{Kind: d.awaits, At: d.since()})
		case kind := <-c.inject:
			d.take(ctx, Event{Kind: kind, At: d.since()})
		case <-ctx.Done():
			d.gone(ctx)
		}
	}
	line.Record(nil)
	d.remark.close(ctx)
}

// drive carries one talk: it turns sounds into events and actions into sound.
type drive struct {
	c       *conversation
	line    Line
	started time.Time
	timer   *time.Timer
	awaits  EventKind // what the timer means
	playing int
	over    bool
	remark  *recorder // nil until something is recorded
}

func (d *drive) since() time.Duration { return time.Since(d.started) }

func (d *drive) sound(ctx context.Context, s Sound) {
	switch s.Kind {
	case SoundKey:
		d.take(ctx, Event{Kind: EventKey, Key: s.Key, At: s.At})
	case SoundPlayed:
		if s.Played == d.playing {
			d.take(ctx, Event{Kind: EventPlayedOut, At: s.At})
		}
	case SoundHungUp:
		d.take(ctx, Event{Kind: EventHungUp, At: s.At})
	case SoundLost:
		d.take(ctx, Event{Kind: EventLost, At: s.At})
	}
}

// gone ends a talk whose line ended: the reason may still lie in the channel.
func (d *drive) gone(ctx context.Context) {
	for !d.over {
		select {
		case s := <-d.line.Heard():
			d.sound(ctx, s)
		default:
			d.take(ctx, Event{Kind: EventLost, At: d.since()})
		}
	}
}

func (d *drive) take(ctx context.Context, e Event) {
	d.c.mu.Lock()
	next, acts := Next(d.c.spec, d.c.state, e)
	d.c.state = next
	d.c.mu.Unlock()
	for _, a := range acts {
		d.act(ctx, a, e.Kind)
	}
	d.c.save()
}

func (d *drive) act(ctx context.Context, a Action, because EventKind) {
	switch a.Kind {
	case ActSay:
		sound := d.c.clips.of(a.Say)
		d.playing = d.line.Play(sound)
		// A line on hold plays nothing out; the dialogue goes on and ends.
		d.awaits = EventPlayedOut
		d.timer.Reset(time.Duration(len(sound))*time.Second/g711.Rate + d.c.spec.Times.Held)
	case ActQuiet:
		d.timer.Stop()
		d.playing = d.line.Play(nil)
	case ActWait:
		d.awaits = EventTimeout
		d.timer.Reset(a.For)
	case ActRecord:
		d.remark = d.c.service.newRecorder(d.c)
		d.line.Record(d.remark.hear)
		d.awaits = EventRecorded
		d.timer.Reset(a.For)
	case ActStopRecord:
		d.timer.Stop()
		d.line.Record(nil)
	case ActHangUp:
		d.over = true
		if because == EventPlayedOut {
			d.tail(ctx)
		}
	}
}

func (d *drive) tail(ctx context.Context) {
	t := time.NewTimer(goodbyeTail)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
