package voice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/voice/g711"
	"minyi/voice/prompt"
)

// partSeconds is how much of a remark is sealed and stored at a time: what a
// crash can lose.
const partSeconds = 5

// recorder takes a remark as it is heard, and stores it sealed, part by part,
// on its own goroutine.
type recorder struct {
	mu    sync.Mutex
	heard []byte
	parts chan []byte
	done  sync.WaitGroup
}

func (s *Service) newRecorder(c *conversation) *recorder {
	r := &recorder{parts: make(chan []byte, 64)}
	r.done.Go(func() {
		n := 0
		for part := range r.parts {
			if err := s.keepPart(context.Background(), c, n, part); err != nil {
				s.log.Error("part of a remark is lost", "attempt", c.attempt, "part", n, "err", err)
			}
			n++
		}
	})
	return r
}

// hear takes what came from the line.
func (r *recorder) hear(samples []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, samples...)
	if len(r.heard) >= partSeconds*g711.Rate {
		r.push()
	}
}

// push hands a part over; mu is held. A store that is minutes behind loses
// parts rather than the call.
func (r *recorder) push() {
	select {
	case r.parts <- r.heard:
	default:
	}
	r.heard = nil
}

// close stores the rest. The line no longer calls hear.
func (r *recorder) close(context.Context) {
	if r == nil {
		return
	}
	r.mu.Lock()
	if len(r.heard) > 0 {
		r.push()
	}
	r.mu.Unlock()
	close(r.parts)
	r.done.Wait()
}

func partID(call minyi.AttemptID, n int) string {
	return id.Derive("voice-recording", string(call), strconv.Itoa(n))
}

func (s *Service) keepPart(ctx context.Context, c *conversation, n int, part []byte) error {
	sealed, err := s.box.Seal(string(part))
	if err != nil {
		return err
	}
	now := s.clock.Now()
	_, err = s.store.recordings.Insert(ctx, partID(c.attempt, n), recordedPart{Tenant: c.brief.Tenant, Call: c.attempt, Part: n, Sealed: sealed, At: now, Until: now.Add(s.cfg.KeepRecorded)})
	if fault.Is(err, fault.Exists) {
		return nil
	}
	return err
}

// Remark gives a recorded remark's sound in A-law; NotFound where there is
// none, or its time has passed.
func (s *Service) Remark(ctx context.Context, tenant minyi.TenantID, call minyi.AttemptID) ([]byte, error) {
	var sound []byte
	for n := 0; ; n++ {
		doc, err := s.store.recordings.Get(ctx, partID(call, n))
		if fault.Is(err, fault.NotFound) && n > 0 {
			return sound, nil
		}
		if err == nil && doc.Body.Tenant != tenant {
			err = fault.New(fault.NotFound, "recording_missing", "没有这段录音，可能已过保存期。", "there is no such recording; its time may have passed")
		}
		if err != nil {
			return nil, err
		}
		plain, err := s.box.Open(doc.Body.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open a recording: %w", err)
		}
		sound = append(sound, plain...)
	}
}

// forgetRecordings deletes recordings whose time has passed.
func (s *Service) forgetRecordings(ctx context.Context) error {
	for {
		var ids []string
		for d, err := range s.store.recordings.Find(ctx, docstore.Query{Index: byAge, To: docstore.SortTime(s.clock.Now()), Limit: 500}) {
			if err != nil {
				return fmt.Errorf("find old recordings: %w", err)
			}
			ids = append(ids, d.ID)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := s.store.recordings.DeleteMany(ctx, ids); err != nil {
			return fmt.Errorf("delete old recordings: %w", err)
		}
	}
}

// toWriteDown notes that the remark of r's last try, if one was recorded, is to
// be turned into text.
func (s *Service) toWriteDown(r *record, now time.Time) {
	if r.last().Recorded && s.cfg.TranscribeURL != "" && !r.erased() {
		r.Heard = now
	}
}

// writeDown has recorded remarks turned into text, which goes the same road as
// a written one: sealed, to survey, under the call's id, once survey has the
// call's answer. It is a chore of its own, for the service that does it may be
// slow.
func (s *Service) writeDown(ctx context.Context) error {
	if s.cfg.TranscribeURL == "" {
		return nil
	}
	var failed error
	now := s.clock.Now()
	for r, err := range s.store.calls.Find(ctx, docstore.Query{Index: byHeard, To: docstore.SortTime(now.Add(time.Millisecond)), Limit: 20}) {
		if err != nil {
			return fmt.Errorf("find remarks to write down: %w", err)
		}
		if r.Body.Owe.IsZero() {
			failed = errors.Join(failed, s.writeOne(ctx, r))
		}
	}
	return failed
}

func (s *Service) writeOne(ctx context.Context, r row) error {
	t := r.Body.last()
	text, err := s.words(ctx, r)
	again := time.Time{}
	switch {
	case fault.Is(err, fault.NotFound): // nothing was said, or it is gone
	case err != nil:
		again = s.clock.Now().Add(5 * time.Minute)
	case text != "":
		sealed, sealing := s.box.Seal(text)
		if sealing != nil {
			return sealing
		}
		if _, err = s.survey.Spoken(ctx, minyi.SpokenRequest{Tenant: r.Body.Tenant, Invitation: r.Body.Invitation, Call: t.Attempt, Remark: sealed, At: handedAt(*t)}); err != nil {
			again = s.clock.Now().Add(5 * time.Minute)
		}
	}
	_, stored := s.store.calls.Update(ctx, r.ID, func(now *record) error {
		now.Heard = again
		return nil
	})
	return errors.Join(err, stored)
}

// words gives what was said in a row's last call; nothing where the number was
// erased while the transcription service listened.
func (s *Service) words(ctx context.Context, r row) (string, error) {
	text, err := s.transcribed(ctx, r.Body.Tenant, r.Body.last().Attempt)
	if err != nil || text == "" {
		return "", err
	}
	now, err := s.store.calls.Get(ctx, r.ID)
	if err != nil || now.Body.erased() {
		return "", err
	}
	return text, nil
}

// transcribed posts the recording as WAV and reads {"text": …}.
func (s *Service) transcribed(ctx context.Context, tenant minyi.TenantID, call minyi.AttemptID) (string, error) {
	sound, err := s.Remark(ctx, tenant, call)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.TranscribeURL, bytes.NewReader(prompt.WAV(sound)))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "audio/wav")
	if s.cfg.TranscribeKey != "" {
		req.Header.Set("Authorization", "Bearer "+s.cfg.TranscribeKey)
	}
	res, err := s.cfg.HTTP.Do(req)
	if err != nil {
		return "", fmt.Errorf("ask the transcription service: %w", err)
	}
	defer res.Body.Close()
	var reply struct{ Text *string }
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the transcription service answered %d", res.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&reply); err != nil {
		return "", fmt.Errorf("read the transcription: %w", err)
	}
	if reply.Text == nil {
		return "", errors.New("the transcription service answered without a text")
	}
	text := []rune(strings.TrimSpace(*reply.Text))
	return string(text[:min(len(text), mostWritten)]), nil
}

// mostWritten bounds what is taken of a transcription, in characters: nobody
// says half of it in a minute.
const mostWritten = 2000
