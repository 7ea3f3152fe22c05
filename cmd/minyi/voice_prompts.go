package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/survey/questionnaires"
	"minyi/voice"
)

type voicePrompts struct {
	List   promptsList   `cmd:"" default:"1" help:"列出 List uploaded recordings."`
	Slots  promptsSlots  `cmd:"" help:"位置 What may be recorded of a questionnaire, with its words."`
	Upload promptsUpload `cmd:"" help:"上传 Check a WAV, bring it to 8 kHz and put it in a slot."`
	Fetch  promptsFetch  `cmd:"" help:"取回 Write a recording as it is played, or as it was uploaded."`
	Remove promptsRemove `cmd:"" help:"删除 Take a recording back; the engine speaks in its place."`
}

type promptsList struct {
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists recordings.
func (p promptsList) Run(c *command) error {
	return c.withStore(func(s *server) error {
		got, err := get[voice.PromptsReply](c.ctx, s, "/api/v1/voice/prompts", nil)
		if err != nil || p.JSON {
			return orPrint(c, got, err)
		}
		if len(got.Prompts) == 0 {
			c.printf("还没有上传录音，由合成引擎播报 none uploaded: the engine speaks\n")
		}
		for _, one := range got.Prompts {
			c.printPrompt(one)
		}
		return nil
	}, "survey", "sms", "voice")
}

func (c *command) printPrompt(p voice.PromptItem) {
	c.printf("%s  %s@%d %s %-16s %5.1f 秒 s  %s\n", p.ID, p.Questionnaire, p.Version, p.Language, p.Slot, p.Measures.Seconds, p.Name)
}

// promptTarget says which questionnaire a recording belongs to.
type promptTarget struct {
	Questionnaire string `short:"q" default:"case-closed" help:"问卷 Questionnaire; house words and characters need none."`
	Version       int    `help:"版本 Published version; the newest when 0."`
	Language      string `default:"zh-CN" enum:"zh-CN,en" help:"语言 zh-CN or en."`
}

func (t promptTarget) version(c *command, s *server) (questionnaires.Version, error) {
	q := url.Values{}
	if t.Version > 0 {
		q.Set("version", strconv.Itoa(t.Version))
	}
	return get[questionnaires.Version](c.ctx, s, "/api/v1/questionnaires/"+url.PathEscape(t.Questionnaire), q)
}

// slots lists what may be recorded of a version, with its words.
func (t promptTarget) slots(v questionnaires.Version) (out []voice.Utterance) {
	d := minyi.Dialogue{Language: t.Language, Hotline: "{hotline}", Opening: v.Voice.Opening.In(t.Language), Closing: v.Voice.Closing.In(t.Language)}
	for _, q := range v.Questions {
		if len(q.Voice) > 0 {
			d.Questions = append(d.Questions, minyi.DialogueQuestion{ID: q.ID, Text: q.Voice.In(t.Language), Keys: q.Keys})
		}
	}
	spec := voice.NewSpec(d, false, voice.DefaultTimes())
	for _, u := range spec.Opening {
		if u.Slot != "date" {
			out = append(out, u)
		}
	}
	for _, q := range spec.Questions {
		out = append(out, q.Ask)
	}
	return append(append(out, spec.Closing), spec.House.All()...)
}

type promptsSlots struct{ promptTarget }

// Run lists slots.
func (p promptsSlots) Run(c *command) error {
	return c.withStore(func(s *server) error {
		v, err := p.version(c, s)
		if err != nil {
			return err
		}
		c.printf("%s@%d %s\n", v.ID, v.Number, p.Language)
		for _, u := range p.slots(v) {
			c.printf("  %-16s %s\n", u.Slot, u.Text)
		}
		return nil
	}, "survey", "sms", "voice")
}

type promptsUpload struct {
	promptTarget
	Slot string `arg:"" help:"位置 opening, opening.2, closing, q.QUESTION, house.NAME, char.字; see slots."`
	File string `arg:"" help:"文件 WAV: PCM, floating point, A-law or µ-law, 8–96 kHz, at most 60 s and 10 MB."`
	JSON bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run uploads a recording and shows what was found of it.
func (p promptsUpload) Run(c *command) error {
	return c.withFile(p.File, false, func(s *server, in io.Reader) error {
		wav, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		got, err := p.upload(c, s, wav)
		if err != nil || p.JSON {
			return orPrint(c, got, err)
		}
		c.printPrompt(got)
		m := got.Measures
		c.printf("  采样率 %d Hz, 峰值 peak %.1f dBFS, 响度 RMS %.1f dBFS, 增益 gain %+.1f dB, 去除静音 silence cut %.2f s, 削波 clipped %d\n", m.Rate, m.Peak, m.RMS, m.Gain, m.Trimmed, m.Clipped)
		return nil
	})
}

func (p promptsUpload) upload(c *command, s *server, wav []byte) (got voice.PromptItem, err error) {
	version := 0
	if !voice.HouseSlot(p.Slot) {
		v, err := p.version(c, s)
		if err != nil {
			return got, err
		}
		if !slices.ContainsFunc(p.slots(v), func(u voice.Utterance) bool { return u.Slot == p.Slot }) {
			return got, fault.New(fault.Invalid, "slot_unknown", "该问卷没有这个位置，可用 minyi voice prompts slots 查看。", "this questionnaire has no such slot; minyi voice prompts slots lists them").On("slot")
		}
		version = v.Number
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"questionnaire": p.Questionnaire, "version": strconv.Itoa(version), "language": p.Language, "slot": p.Slot} {
		if err := form.WriteField(name, value); err != nil {
			return got, err
		}
	}
	part, err := form.CreateFormFile("file", filepath.Base(p.File))
	if err != nil {
		return got, err
	}
	if _, err := part.Write(wav); err != nil {
		return got, err
	}
	if err := form.Close(); err != nil {
		return got, err
	}
	req, err := s.client.Request(c.ctx, http.MethodPost, "/api/v1/voice/prompts", &body)
	if err != nil {
		return got, err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	return got, s.do(req, &got)
}

type promptID struct {
	ID string `arg:"" help:"编号 Id of the recording; see list."`
}

type promptsFetch struct {
	promptID
	Original bool   `help:"原件 The file as it was uploaded."`
	Out      string `short:"o" default:"-" help:"输出文件 File to write; standard output when -."`
}

// Run fetches a recording's sound.
func (p promptsFetch) Run(c *command) error {
	form := "audio"
	if p.Original {
		form = "original"
	}
	return c.download(fmt.Sprintf("/api/v1/voice/prompts/%s/%s", url.PathEscape(p.ID), form), nil, p.Out)
}

type promptsRemove struct{ promptID }

// Run removes a recording.
func (p promptsRemove) Run(c *command) error {
	return c.withServer(func(s *server) error {
		_, err := kit.Call[voice.PromptRequest, minyi.Done](s.client, "DELETE /api/v1/voice/prompts/{id}")(c.ctx, voice.PromptRequest{ID: p.ID})
		if err == nil {
			c.printf("已删除 removed: %s\n", p.ID)
		}
		return err
	})
}
