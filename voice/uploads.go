package voice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/voice/prompt"
)

// Measures are what was found of an uploaded file.
type Measures = prompt.Clip

// originalPart is how much of an original one document holds.
const originalPart = 4 << 20

// PromptItem is one uploaded recording.
type PromptItem struct {
	ID            string                `json:"id"`
	Questionnaire minyi.QuestionnaireID `json:"questionnaire"`
	Version       int                   `json:"version"`
	Language      string                `json:"language"`
	Slot          string                `json:"slot"`
	Name          string                `json:"name"`
	By            string                `json:"by,omitempty"`
	At            time.Time             `json:"at"`
	Measures      Measures              `json:"measures"`
}

// PromptsReply lists uploaded recordings.
type PromptsReply struct {
	Prompts []PromptItem `json:"prompts"`
}

// Prompts lists uploaded recordings, newest first.
func (s *Service) Prompts(ctx context.Context, req TenantRequest) (PromptsReply, error) {
	reply := PromptsReply{Prompts: []PromptItem{}}
	for d, err := range s.store.prompts.Find(ctx, docstore.Query{Index: byTenant, Part: string(tenantOr(req.Tenant)), Desc: true, Limit: 1000}) {
		if err != nil {
			return reply, fmt.Errorf("list prompts: %w", err)
		}
		reply.Prompts = append(reply.Prompts, itemOf(d.ID, d.Body))
	}
	return reply, nil
}

func itemOf(key string, u uploaded) PromptItem {
	return PromptItem{ID: key, Questionnaire: u.Questionnaire, Version: u.Version, Language: u.Language, Slot: u.Slot, Name: u.Name, By: u.By, At: u.At, Measures: u.Measures}
}

// Upload is a recording for one slot of a published questionnaire version:
// opening, opening.2 (after the date), closing, q.<question>, or of the house's
// own words house.<name> and single characters char.<字> under questionnaire
// "house", version 0.
type Upload struct {
	Tenant        minyi.TenantID
	Questionnaire minyi.QuestionnaireID
	Version       int
	Language      string
	Slot          string
	Name          string
	WAV           []byte
}

var (
	slotForm     = regexp.MustCompile(`^(opening|opening\.2|closing|(q|house|char)\.[\p{L}\p{N}_.-]{1,64})$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
)

// HouseSlot reports whether a slot belongs to no questionnaire.
func HouseSlot(slot string) bool {
	return strings.HasPrefix(slot, "house.") || strings.HasPrefix(slot, "char.")
}

// check refuses what no call would ever play. The house's own words belong to
// no questionnaire, whatever the form said.
func (u *Upload) check() error {
	bad := func(field, zh, en string) error { return fault.New(fault.Invalid, "prompt_bad", zh, en).On(field) }
	name, house := strings.CutPrefix(u.Slot, "house.")
	if HouseSlot(u.Slot) {
		u.Questionnaire, u.Version = houseBook, 0
	}
	switch strings.ToLower(u.Language) {
	case "zh", "zh-cn", "zh_cn":
		u.Language = "zh-CN"
	}
	switch {
	case !slotForm.MatchString(u.Slot) || house && !slices.Contains(houseNames, name):
		return bad("slot", "不认识的提示音位置，应为 opening、opening.2、closing、q.题号、house."+strings.Join(houseNames, "、house.")+" 或 char.字。",
			"unknown slot; use opening, opening.2, closing, q.<question>, house."+strings.Join(houseNames, ", house.")+" or char.<字>")
	case u.Questionnaire == "":
		return bad("questionnaire", "请指定问卷。", "name the questionnaire")
	case u.Version < 1 && u.Questionnaire != houseBook || u.Version != 0 && u.Questionnaire == houseBook:
		return bad("version", "请指定问卷的已发布版本（1、2…）。", "name the published version of the questionnaire (1, 2, …)")
	case !languageForm.MatchString(u.Language):
		return bad("language", "请指定语言，如 zh-CN 或 en。", "name the language, such as zh-CN or en")
	}
	return nil
}

// Upload checks and converts a recording and takes the place of an earlier one
// in the same slot; calls under way keep what they began with.
func (s *Service) Upload(ctx context.Context, u Upload) (PromptItem, error) {
	if err := u.check(); err != nil {
		return PromptItem{}, err
	}
	clip, err := prompt.Convert(u.WAV)
	if err != nil {
		return PromptItem{}, err
	}
	by, _ := kit.PrincipalFrom(ctx)
	key := promptID(tenantOr(u.Tenant), u.Questionnaire, u.Version, u.Language, u.Slot)
	body := uploaded{Tenant: tenantOr(u.Tenant), Questionnaire: u.Questionnaire, Version: u.Version, Language: u.Language, Slot: u.Slot,
		ALaw: clip.ALaw, Measures: clip, Name: u.Name, By: by.Name, At: s.clock.Now()}
	put := func(key string, body uploaded) error {
		_, err := s.store.prompts.Put(ctx, key, func(b *uploaded, _ bool) error { *b = body; return nil })
		return err
	}
	for part, rest := 1, u.WAV; len(rest) > 0; part++ {
		n := min(len(rest), originalPart)
		if err := put(originalID(key, part), uploaded{Tenant: body.Tenant, Part: part, Original: rest[:n], At: body.At}); err != nil {
			return PromptItem{}, fmt.Errorf("keep the original: %w", err)
		}
		rest = rest[n:]
	}
	if err := put(key, body); err != nil {
		return PromptItem{}, fmt.Errorf("keep a prompt: %w", err)
	}
	return itemOf(key, body), s.dropParts(ctx, key, (len(u.WAV)+originalPart-1)/originalPart+1)
}

func originalID(key string, part int) string { return key + "." + strconv.Itoa(part) }

// mostParts covers prompt.MaxBytes.
const mostParts = prompt.MaxBytes/originalPart + 1

// PromptRequest names one uploaded recording.
type PromptRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	ID     string         `json:"id" path:"id"`
}

// RemovePrompt takes a recording back; the engine speaks in its place.
func (s *Service) RemovePrompt(ctx context.Context, req PromptRequest) (minyi.Done, error) {
	if _, err := s.promptOf(ctx, req); err != nil {
		return minyi.Done{}, err
	}
	if err := s.dropParts(ctx, req.ID, 1); err != nil {
		return minyi.Done{}, err
	}
	return minyi.Done{}, s.store.prompts.Delete(ctx, req.ID)
}

// dropParts deletes the parts of an original from one on: an earlier recording
// may have been longer.
func (s *Service) dropParts(ctx context.Context, key string, from int) error {
	var keys []string
	for part := from; part <= mostParts; part++ {
		keys = append(keys, originalID(key, part))
	}
	return s.store.prompts.DeleteMany(ctx, keys)
}

func (s *Service) promptOf(ctx context.Context, req PromptRequest) (uploaded, error) {
	doc, err := s.store.prompts.Get(ctx, req.ID)
	if fault.Is(err, fault.NotFound) || err == nil && (doc.Body.Tenant != tenantOr(req.Tenant) || doc.Body.Part != 0) {
		return uploaded{}, fault.New(fault.NotFound, "prompt_missing", "没有这段提示音。", "there is no such prompt")
	}
	return doc.Body, err
}

// uploadPrompt takes a form with file, questionnaire, version, language, slot.
func (s *Service) uploadPrompt(w http.ResponseWriter, r *http.Request) {
	item, err := s.uploaded(w, r)
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(item) // a client that went away is no fault of ours
}

// uploaded reads the form of an upload and takes its file.
func (s *Service) uploaded(w http.ResponseWriter, r *http.Request) (PromptItem, error) {
	r.Body = http.MaxBytesReader(w, r.Body, prompt.MaxBytes+1<<16)
	file, head, err := r.FormFile("file")
	if err != nil {
		return PromptItem{}, fileFault(err)
	}
	defer file.Close()
	wav, err := io.ReadAll(file)
	if err != nil {
		return PromptItem{}, fileFault(err)
	}
	field := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	version, err := strconv.Atoi(cmpOr(field("version"), "0"))
	if err != nil {
		version = -1 // refused by its check
	}
	return s.Upload(r.Context(), Upload{Tenant: kit.TenantFrom(r.Context()), Questionnaire: minyi.QuestionnaireID(field("questionnaire")),
		Version: version, Language: field("language"), Slot: field("slot"), Name: head.Filename, WAV: wav})
}

func fileFault(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.TooLarge, "wav_too_large", "录音文件超过10MB，请剪短或降低采样率。", "the file is over 10 MB; shorten it or lower its rate").On("file")
	}
	return fault.New(fault.Invalid, "file_missing", "请选择要上传的 WAV 文件（file）。", "choose the WAV file to upload (file)").On("file").With(err)
}

func (s *Service) listenPrompt(w http.ResponseWriter, r *http.Request) {
	u, err := s.promptOf(r.Context(), PromptRequest{Tenant: kit.TenantFrom(r.Context()), ID: r.PathValue("id")})
	writeWAV(w, r, prompt.WAV(u.ALaw), err)
}

func (s *Service) originalPrompt(w http.ResponseWriter, r *http.Request) {
	req := PromptRequest{Tenant: kit.TenantFrom(r.Context()), ID: r.PathValue("id")}
	_, err := s.promptOf(r.Context(), req)
	var whole []byte
	for part := 1; err == nil && part <= mostParts; part++ {
		doc, missing := s.store.prompts.Get(r.Context(), originalID(req.ID, part))
		if missing != nil {
			break
		}
		whole = append(whole, doc.Body.Original...)
	}
	writeWAV(w, r, whole, err)
}

// speakPreview lets an operator hear how the engine reads a text.
func (s *Service) speakPreview(w http.ResponseWriter, r *http.Request) {
	text := r.FormValue("text")
	if n := len([]rune(text)); n == 0 || n > 300 {
		kit.WriteError(w, r, fault.New(fault.Invalid, "text_length", "请输入1到300字。", "give 1 to 300 characters").On("text"))
		return
	}
	sound, err := s.book.speak(r.Context(), text, cmpOr(r.FormValue("language"), "zh-CN"))
	writeWAV(w, r, prompt.WAV(sound), err)
}

func (s *Service) listenRemark(w http.ResponseWriter, r *http.Request) {
	sound, err := s.Remark(r.Context(), kit.TenantFrom(r.Context()), minyi.AttemptID(r.PathValue("call")))
	if err == nil {
		who, _ := kit.PrincipalFrom(r.Context())
		s.log.Info("recorded remark listened to", "call", r.PathValue("call"), "by", who.Name)
	}
	writeWAV(w, r, prompt.WAV(sound), err)
}

func writeWAV(w http.ResponseWriter, r *http.Request, wav []byte, err error) {
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(wav)
}
