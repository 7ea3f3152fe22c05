package voice

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/voice/prompt"
)

// houseBook is the questionnaire under which recordings of the house's own
// words are uploaded.
const houseBook minyi.QuestionnaireID = "house"

// most clips kept in memory; a questionnaire has about fifteen.
const mostClips = 400

// book gives the sound of utterances: the announcer's recording where one was
// uploaded, else what the engine speaks, kept by its content.
type book struct {
	store  store
	engine prompt.Engine
	clock  clock.Clock

	mu     sync.Mutex
	spoken map[string][]byte      // by content
	making map[string]*sync.Mutex // so that a hundred calls do not synthesise one text a hundred times
}

func newBook(st store, e prompt.Engine, c clock.Clock) *book {
	return &book{store: st, engine: e, clock: c, spoken: map[string][]byte{}, making: map[string]*sync.Mutex{}}
}

// clips is the sound of everything that one call may say.
type clips struct {
	recorded map[string][]byte // by slot
	spoken   map[string][]byte // by text
}

// between separates what is played together.
const between = 250 * time.Millisecond

// of lays out the sound of several utterances. Neighbours without a recording
// were synthesised as one text.
func (c clips) of(say []Utterance) []byte {
	var out []byte
	for _, piece := range c.pieces(say) {
		if len(out) > 0 {
			out = append(out, prompt.Pause(between)...)
		}
		sound := c.recorded[piece.Slot]
		if sound == nil {
			sound = c.spoken[piece.Text]
		}
		out = append(out, sound...)
		if strings.HasSuffix(piece.Slot, "house.remark") {
			out = append(out, prompt.Tone()...)
		}
	}
	return out
}

// pieces joins neighbours that have no recording of their own.
func (c clips) pieces(say []Utterance) (out []Utterance) {
	joined := false
	for _, u := range say {
		recorded := c.recorded[u.Slot] != nil
		if !recorded && joined && strings.HasPrefix(u.Slot, "opening") || !recorded && joined && u.Slot == "date" {
			out[len(out)-1].Text += u.Text
			continue
		}
		out = append(out, u)
		joined = !recorded && (u.Slot == "opening" || u.Slot == "date")
	}
	return out
}

// prepare makes ready all that a call may say, before anybody is disturbed.
func (b *book) prepare(ctx context.Context, tenant minyi.TenantID, d minyi.Dialogue, spec *Spec) (clips, error) {
	c := clips{recorded: map[string][]byte{}, spoken: map[string][]byte{}}
	said := spec.utterances()
	if err := b.recordings(ctx, tenant, d, said, c.recorded); err != nil {
		return c, err
	}
	if err := b.spliceDate(ctx, tenant, d, spec, c.recorded); err != nil {
		return c, err
	}
	for _, say := range said {
		for _, piece := range c.pieces(say) {
			if c.recorded[piece.Slot] != nil || c.spoken[piece.Text] != nil {
				continue
			}
			sound, err := b.speak(ctx, piece.Text, spec.Language)
			if err != nil {
				return c, fmt.Errorf("prompt %s: %w", piece.Slot, err)
			}
			c.spoken[piece.Text] = sound
		}
	}
	return c, nil
}

// utterances lists what a dialogue can say; the opening hangs together.
func (s *Spec) utterances() [][]Utterance {
	out := [][]Utterance{s.Opening}
	for _, q := range s.Questions {
		out = append(out, []Utterance{q.Ask})
	}
	if s.Remark != nil {
		out = append(out, []Utterance{s.Remark.Announce})
	}
	h := s.House
	for _, u := range []Utterance{s.Closing, h.NoInput, h.Invalid, h.Goodbye, h.OptedOut, h.Elsewhere, h.Stopped} {
		out = append(out, []Utterance{u})
	}
	return out
}

func promptID(t minyi.TenantID, q minyi.QuestionnaireID, version int, language, slot string) string {
	return id.Derive("voice-prompt", string(t), string(q), strconv.Itoa(version), language, slot)
}

// idOf gives the id under which a recording of slot would be.
func idOf(t minyi.TenantID, d minyi.Dialogue, slot string) string {
	if HouseSlot(slot) {
		return promptID(t, houseBook, 0, d.Language, slot)
	}
	return promptID(t, d.Questionnaire, d.Version, d.Language, slot)
}

func (b *book) recordings(ctx context.Context, tenant minyi.TenantID, d minyi.Dialogue, said [][]Utterance, into map[string][]byte) error {
	slots := map[string]string{}
	for _, say := range said {
		for _, u := range say {
			if u.Slot != "date" {
				slots[idOf(tenant, d, u.Slot)] = u.Slot
			}
		}
	}
	return b.load(ctx, slots, into)
}

func (b *book) load(ctx context.Context, slots map[string]string, into map[string][]byte) error {
	var ids []string
	for key := range slots {
		ids = append(ids, key)
	}
	found, err := b.store.prompts.GetMany(ctx, ids)
	if err != nil {
		return fmt.Errorf("read uploaded prompts: %w", err)
	}
	for key, doc := range found {
		into[slots[key]] = doc.Body.ALaw
	}
	return nil
}

// spliceDate lays a date out of recorded characters (三 月 五 日), where all of
// them were uploaded, so that a recorded opening keeps its voice.
func (b *book) spliceDate(ctx context.Context, tenant minyi.TenantID, d minyi.Dialogue, spec *Spec, into map[string][]byte) error {
	at := slices.IndexFunc(spec.Opening, func(u Utterance) bool { return u.Slot == "date" })
	if at < 0 {
		return nil
	}
	words := prompt.Words(spec.Opening[at].Text, spec.Language)
	slots := map[string]string{}
	for _, r := range words {
		slot := "char." + string(r)
		slots[idOf(tenant, d, slot)] = slot
	}
	chars := map[string][]byte{}
	if err := b.load(ctx, slots, chars); err != nil || len(chars) < len(slots) {
		return err
	}
	var sound []byte
	for _, r := range words {
		sound = append(sound, chars["char."+string(r)]...)
	}
	into["date"] = sound
	return nil
}

// speak gives a text's sound from memory, from the store, or from the engine.
func (b *book) speak(ctx context.Context, text, language string) ([]byte, error) {
	if b.engine == nil {
		return nil, fault.New(fault.Unavailable, "no_engine", "没有配置语音合成引擎，请上传录音或配置 voice.engine。", "no speech engine is configured; upload recordings or set voice.engine")
	}
	words := prompt.Words(text, language)
	key := id.Derive("voice-clip", b.engine.Name(language), language, words)
	lock := b.lock(key)
	lock.Lock()
	defer lock.Unlock()
	if sound := b.recall(key); sound != nil {
		return sound, nil
	}
	doc, err := b.store.clips.Get(ctx, key)
	if err == nil {
		b.keep(key, doc.Body.ALaw)
		return doc.Body.ALaw, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return nil, fmt.Errorf("read the synthesis cache: %w", err)
	}
	wav, err := b.engine.Speak(ctx, words, language)
	if err != nil {
		return nil, err
	}
	clip, err := prompt.Convert(wav)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "engine_wav", "语音合成引擎返回的不是可用的WAV，请检查引擎，或上传录音。", "the speech engine gave no WAV that can be used; check the engine or upload recordings").With(err)
	}
	if _, err := b.store.clips.Put(ctx, key, func(s *spoken, exists bool) error {
		if exists {
			return docstore.Unchanged
		}
		*s = spoken{ALaw: clip.ALaw, At: b.clock.Now()}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("keep what was spoken: %w", err)
	}
	b.keep(key, clip.ALaw)
	return clip.ALaw, nil
}

func (b *book) lock(key string) *sync.Mutex {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.making[key] == nil {
		b.making[key] = &sync.Mutex{}
	}
	return b.making[key]
}

func (b *book) recall(key string) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spoken[key]
}

func (b *book) keep(key string, sound []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.spoken) >= mostClips {
		clear(b.spoken) // openings with old dates; what is in use comes back from the store
		clear(b.making)
	}
	b.spoken[key] = sound
}
