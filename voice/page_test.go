package voice_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"minyi"
	"minyi/internal/kit"
	"minyi/voice"
	"minyi/voice/voicetest"
)

func (r *rig) door() http.Handler {
	staff := kit.NewRouter(kit.Config{Name: "staff"})
	r.service.Routes(staff, kit.NewRouter(kit.Config{Name: "public"}))
	return staff.Handler()
}

func fetch(t *testing.T, h http.Handler, req *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// TestStaffPage shows what happened and no whole number.
func TestStaffPage(t *testing.T) {
	t.Parallel()
	r := newRig(t, voicetest.NewTrunk("移动线路", voicetest.Presses("114"))).start()
	r.invite("inv")
	r.until("not ended", func() bool { return r.item("inv").State == voice.StateDone })
	got := fetch(t, r.door(), httptest.NewRequest("GET", "/voice?campaign=cmp", nil)).Body.String()
	for _, want := range []string{"移动线路", "138****0123", "已接听并按键", "100.00%", "结果表"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if strings.Contains(got, secretNumber) || strings.Contains(got, "<script") {
		t.Error("the page holds a number, or a script")
	}
	if english := fetch(t, r.door(), httptest.NewRequest("GET", "/voice?lang=en", nil)).Body.String(); !strings.Contains(english, "Outcome table") || strings.Contains(english, "结果表") {
		t.Error("the English page is not English")
	}
}

// TestUploadByForm: upload, listen, the original, removal, and what is refused.
func TestUploadByForm(t *testing.T) {
	t.Parallel()
	r := newRig(t).start()
	h := r.door()
	original := voicetest.WAV(700, 2)
	upload := func(slot string, file []byte) *httptest.ResponseRecorder {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for k, v := range map[string]string{"questionnaire": "case-closed", "version": "1", "language": "zh-CN", "slot": slot} {
			form.WriteField(k, v)
		}
		part, err := form.CreateFormFile("file", "开场白.wav")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(file)
		form.Close()
		req := httptest.NewRequest("POST", "/api/v1/voice/prompts", &body)
		req.Header.Set("Content-Type", form.FormDataContentType())
		return fetch(t, h, req)
	}
	w := upload("opening", original)
	var item voice.PromptItem
	if err := json.Unmarshal(w.Body.Bytes(), &item); w.Code != 200 || err != nil || item.Slot != "opening" || item.Name != "开场白.wav" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	base := "/api/v1/voice/prompts/" + item.ID
	if w := fetch(t, h, httptest.NewRequest("GET", base+"/audio", nil)); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "RIFF") {
		t.Errorf("%d", w.Code)
	}
	if w := fetch(t, h, httptest.NewRequest("GET", base+"/original", nil)); !bytes.Equal(w.Body.Bytes(), original) {
		t.Error("the original is not kept as it came")
	}
	if w := upload("opening", []byte("ID3 not a wav")); w.Code != 400 && w.Code != 422 || !strings.Contains(w.Body.String(), "WAV") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := fetch(t, h, httptest.NewRequest("DELETE", base, nil)); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := fetch(t, h, httptest.NewRequest("GET", base+"/original", nil)); w.Code != 404 {
		t.Errorf("%d after removal", w.Code)
	}
	if w := fetch(t, h, httptest.NewRequest("GET", "/api/v1/voice/speak?text=%E6%82%A8%E5%A5%BD", nil)); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "RIFF") {
		t.Errorf("%d", w.Code)
	}
}

// TestRecordedOpeningKeepsItsDate: a recorded opening is joined with a date of
// recorded characters; without them the date is spoken by the engine.
func TestRecordedOpeningKeepsItsDate(t *testing.T) {
	t.Parallel()
	var lengths []int
	person := func(int) voicetest.Reaction { return voicetest.Reaction{HangUp: true} }
	trunk := voicetest.NewTrunk("line", person)
	trunk.Listen(func(samples []byte) { lengths = append(lengths, len(samples)) })
	r := newRig(t, trunk).start()
	put := func(q minyi.QuestionnaireID, version int, slot string, seconds float64) {
		if _, err := r.service.Upload(t.Context(), voice.Upload{Questionnaire: q, Version: version, Language: "zh-CN", Slot: slot, WAV: voicetest.WAV(700, seconds)}); err != nil {
			t.Fatal(err)
		}
	}
	put("case-closed", 1, "opening", 2)
	put("case-closed", 1, "opening.2", 3)
	for _, c := range "三月二日" { // the case's day is 2026-03-02
		put("house", 0, "char."+string(c), 0.5)
	}
	r.invite("inv")
	r.until("not ended", func() bool { return r.item("inv").State == voice.StateDone })
	if want := 8000*(2+2+3) + 2*2000; len(lengths) != 1 || lengths[0] != want {
		t.Errorf("the opening is %v samples, want %d", lengths, want)
	}
}

// junk is an engine that answers every text with something else.
type junk struct{}

func (junk) Name(string) string { return "junk" }

func (junk) Speak(context.Context, string, string) ([]byte, error) {
	return []byte("<html>no sound here</html>"), nil
}

// TestAnEngineThatIsNoEngine: what it sends is its fault, not that of a file
// that somebody should save again.
func TestAnEngineThatIsNoEngine(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	s, err := voice.New(voice.Deps{DB: r.db, Bus: r.bus, Box: r.box, Clock: r.clock.Clock(), Survey: r.survey, Contacts: r.contacts, Engine: junk{}})
	if err != nil {
		t.Fatal(err)
	}
	r.service = s
	if w := fetch(t, r.door(), httptest.NewRequest("GET", "/api/v1/voice/speak?text=a", nil)); w.Code != 503 || !strings.Contains(w.Body.String(), "engine_wav") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestPromptsPage: the page's form takes a recording, says what it is for in
// the page's language, and what is refused comes back with the reason.
func TestPromptsPage(t *testing.T) {
	t.Parallel()
	r := newRig(t).start()
	h := r.door()
	send := func(file []byte) *httptest.ResponseRecorder {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for k, v := range map[string]string{"questionnaire": "case-closed", "version": "1", "language": "zh-CN", "slot": "house.invalid", "lang": "zh-CN"} {
			form.WriteField(k, v)
		}
		part, _ := form.CreateFormFile("file", "a.wav")
		part.Write(file)
		form.Close()
		req := httptest.NewRequest("POST", "/voice/prompts", &body)
		req.Header.Set("Content-Type", form.FormDataContentType())
		return fetch(t, h, req)
	}
	whole := voicetest.WAV(700, 2)
	if w := send(whole[:len(whole)/2]); w.Code != 422 && w.Code != 400 || !strings.Contains(w.Body.String(), "结尾缺失") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(whole); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for lang, wants := range map[string][]string{"zh-CN": {"按键无效", "选择 WAV 文件", "确认删除", "通用"}, "en": {"wrong key", "Choose a WAV file", "Remove it"}} {
		page := fetch(t, h, httptest.NewRequest("GET", "/voice/prompts?lang="+lang, nil)).Body.String()
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not say %s", lang, want)
			}
		}
	}
}
