package voice

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

//go:embed page_prompts.html
var promptsText string

// prompts is the staff's view of announcers' recordings. It does not reload
// itself: somebody may be filling in its form.
var prompts = template.Must(template.Must(template.New("prompts").Parse(promptsText)).Parse(pageStyle))

// promptsView is what the page shows.
type promptsView struct {
	Lang    string
	Words   map[string]string
	Prompts []PromptItem
	Slots   []string // that every questionnaire has, and the house's
	Fault   string
	Done    string // id of what was just uploaded
	Form    url.Values
}

var promptsWords = map[string]map[string]string{
	"zh-CN": {"title": "电话提示音", "back": "电话回访", "other": "English", "otherlang": "en", "upload": "上传录音", "file": "选择 WAV 文件", "questionnaire": "问卷编号", "version": "已发布版本", "language": "语言", "slot": "位置", "book": "问卷", "house": "通用", "chinese": "中文",
		"send": "上传", "list": "已上传的录音", "none": "还没有上传录音，目前由语音合成引擎播报。", "seconds": "时长（秒）", "rms": "响度（dB）", "peak": "峰值（dB）", "clipped": "削波", "name": "文件", "at": "上传", "listen": "试听", "original": "原件", "remove": "删除", "sure": "确认删除",
		"form": "WAV：PCM、浮点、A 律或 μ 律，8–96 kHz，单声道或双声道，60 秒、10 MB 以内；系统转换为 8 kHz。",
		"rule": "位置：opening（开场白，日期之前）、opening.2（日期之后）、q.题号、closing（结束语）、house.名称（通用语句）、char.字（单字）。通用语句与单字不属于任何问卷。", "done": "已上传并转换，请试听。",
		"opening": "开场白，日期之前", "opening.2": "开场白，日期之后", "closing": "结束语", "house.ways": "参加与拒绝的按键", "house.no-input": "没有按键", "house.invalid": "按键无效", "house.goodbye": "打扰了，再见",
		"house.opted-out": "不再拨打", "house.elsewhere": "已通过其他方式评价", "house.stopped": "回访已结束", "house.remark": "录音前的告知"},
	"en": {"title": "Prompts", "back": "Telephone survey", "other": "中文", "otherlang": "zh-CN", "upload": "Upload a recording", "file": "Choose a WAV file", "questionnaire": "Questionnaire id", "version": "Published version", "language": "Language", "slot": "Slot", "book": "Questionnaire", "house": "house", "chinese": "Chinese",
		"send": "Upload", "list": "Uploaded recordings", "none": "None uploaded yet: the speech engine speaks.", "seconds": "Length (s)", "rms": "Loudness (dB)", "peak": "Peak (dB)", "clipped": "Clipped", "name": "File", "at": "Uploaded", "listen": "Listen", "original": "original", "remove": "Remove", "sure": "Remove it",
		"form": "WAV in PCM, floating point, A-law or µ-law, 8–96 kHz, mono or stereo, at most 60 seconds and 10 MB; it is brought to 8 kHz.",
		"rule": "Slots: opening (before the date), opening.2 (after it), q.QUESTION, closing, house.NAME (the house's own words), char.字 (single characters). The last two belong to no questionnaire.", "done": "Uploaded and converted; please listen to it.",
		"opening": "opening, before the date", "opening.2": "opening, after the date", "closing": "last words", "house.ways": "keys to take part and refuse", "house.no-input": "no key came", "house.invalid": "wrong key", "house.goodbye": "sorry, goodbye",
		"house.opted-out": "no more calls", "house.elsewhere": "answered another way", "house.stopped": "the survey has ended", "house.remark": "before a recording"},
}

// Time writes when p was uploaded, in local time.
func (promptsView) Time(p PromptItem) string {
	return p.At.In(minyi.Shanghai).Format("2006-01-02 15:04")
}

func (s *Service) promptsPage(w http.ResponseWriter, r *http.Request) {
	s.drawPrompts(w, r, http.StatusOK, promptsView{Done: r.FormValue("done"), Form: url.Values{"questionnaire": {"case-closed"}, "version": {"1"}, "slot": {"opening"}}})
}

// promptsUpload takes the page's form. What is refused comes back with the
// reason and what was filled in.
func (s *Service) promptsUpload(w http.ResponseWriter, r *http.Request) {
	item, err := s.uploaded(w, r)
	if err != nil {
		f := fault.As(err)
		said := f.ZH
		if r.FormValue("lang") == "en" {
			said = f.EN
		}
		s.drawPrompts(w, r, kit.Status(f.Kind), promptsView{Fault: said, Form: r.Form})
		return
	}
	http.Redirect(w, r, "/voice/prompts?"+url.Values{"lang": {r.FormValue("lang")}, "done": {item.ID}}.Encode(), http.StatusSeeOther)
}

func (s *Service) promptsRemove(w http.ResponseWriter, r *http.Request) {
	if _, err := s.RemovePrompt(r.Context(), PromptRequest{Tenant: kit.TenantFrom(r.Context()), ID: r.PathValue("id")}); err != nil {
		kit.WriteError(w, r, err)
		return
	}
	http.Redirect(w, r, "/voice/prompts?"+url.Values{"lang": {r.FormValue("lang")}}.Encode(), http.StatusSeeOther)
}

func (s *Service) drawPrompts(w http.ResponseWriter, r *http.Request, status int, v promptsView) {
	v.Lang, v.Slots = "zh-CN", []string{"opening", "opening.2", "closing"}
	for _, name := range houseNames {
		v.Slots = append(v.Slots, "house."+name)
	}
	if r.FormValue("lang") == "en" {
		v.Lang = "en"
	}
	v.Words = promptsWords[v.Lang]
	list, err := s.Prompts(r.Context(), TenantRequest{Tenant: kit.TenantFrom(r.Context())})
	v.Prompts = list.Prompts
	var out bytes.Buffer
	if err == nil {
		err = prompts.Execute(&out, v)
	}
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	// The door's own policy lets no sound be played.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(out.Bytes())
}
