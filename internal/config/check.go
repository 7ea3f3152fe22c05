package config

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// check holds what no single type can: addresses, choices, things that need
// each other.
func (l *loader) check(c *Config) {
	if c.Data == "" {
		l.fail("data: must not be empty")
	}
	l.listen("public.listen", c.Public.Listen)
	l.listen("staff.listen", c.Staff.Listen)
	if c.Public.Listen == c.Staff.Listen && !strings.HasSuffix(c.Public.Listen, ":0") {
		l.fail("staff.listen: must differ from public.listen: the staff door must not be the public one")
	}
	l.address("public.url", c.Public.URL)
	l.address("staff.url", c.Staff.URL)
	for name, peer := range map[string]string{"peers.survey": c.Peers.Survey, "peers.sms": c.Peers.SMS, "peers.nlp": c.Peers.NLP, "peers.score": c.Peers.Score, "peers.voice": c.Peers.Voice} {
		if peer == "" {
			continue
		}
		l.address(name, peer)
		if len(c.Peers.Token) < 16 {
			l.fail("peers.token: needed (16 characters or more) where %s is set", name)
		}
	}
	l.oneOf("sms.gateway", c.SMS.Gateway, "sandbox", "smpp")
	l.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	l.oneOf("log.format", c.Log.Format, "text", "json")
	l.trunks(c)
	l.hours("voice.hours", c.Voice.Hours)
	if c.Voice.Keep <= 0 || c.Voice.Keep > 720*time.Hour {
		l.fail("voice.keep_recorded: must be at most 720h: the announcement promises deletion after thirty days")
	}
	l.accounts(c)
	l.window("sms.open_at", c.SMS.OpenAt, "sms.close_at", c.SMS.CloseAt)
	l.window("sms.rest_open_at", c.SMS.RestOpenAt, "sms.rest_close_at", c.SMS.RestShutAt)
	if c.SMS.Keep < 150*24*time.Hour {
		l.fail("sms.keep: must be 3600h or more: who sent what to whom has to be kept for five months")
	}
	if c.SMS.Answer < time.Second || c.SMS.Lease < 3*c.SMS.Answer {
		l.fail("sms.lease: must be at least three times sms.answer_within, which must be 1s or more")
	}
	if n := utf8.RuneCountInString(c.Hotline.Name); n == 0 || n > 20 || strings.ContainsAny(c.Hotline.Name, "【】") {
		l.fail("hotline.name: 1 to 20 characters without 【】, which the carrier adds around it")
	}
	for name, n := range map[string]int{"public.per_minute": c.Public.PerMinute, "sms.rate": c.SMS.Rate, "voice.tries": c.Voice.Tries, "nlp.min_respondents": c.NLP.MinRespondents} {
		if n < 1 {
			l.fail("%s: must be 1 or more", name)
		}
	}
	for name, n := range map[string]int{"public.proxies": c.Public.Proxies, "sms.per_day": c.SMS.PerDay, "sms.per_month": c.SMS.PerMonth, "sms.surveys_per_week": c.SMS.PerWeek} {
		if n < 0 {
			l.fail("%s: must not be negative", name)
		}
	}
	if c.Charts.MinGroup < 2 {
		l.fail("charts.min_group: must be 2 or more: a group of one is a person")
	}
}

func (l *loader) listen(name, addr string) {
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		l.fail("%s: must be host:port or :port", name)
	}
}

func (l *loader) address(name, s string) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		l.fail("%s: must be http://host[:port] or https://host[:port]", name)
	}
}

func (l *loader) oneOf(name, value string, choices ...string) {
	for _, c := range choices {
		if c == value {
			return
		}
	}
	l.fail("%s: must be one of %s", name, strings.Join(choices, ", "))
}

func (l *loader) needed(name, value string) {
	if value == "" {
		l.fail("%s: needed by the chosen carrier", name)
	}
}

func (l *loader) window(fromName, from, toName, to string) {
	a, okA := l.timeOfDay(fromName, from)
	b, okB := l.timeOfDay(toName, to)
	if okA && okB && !a.Before(b) {
		l.fail("%s: must be later than %s", toName, fromName)
	}
}

// hours checks windows of the day such as 09:00-12:00,14:00-20:00.
func (l *loader) hours(name, value string) {
	last, _ := time.Parse("15:04", "00:00")
	for window := range strings.SplitSeq(value, ",") {
		from, to, _ := strings.Cut(strings.TrimSpace(window), "-")
		a, errA := time.Parse("15:04", from)
		b, errB := time.Parse("15:04", to)
		if errA != nil || errB != nil || !a.Before(b) || a.Before(last) {
			l.fail("%s: must be windows of the day, in order, like 09:00-12:00,14:00-20:00", name)
			return
		}
		last = b
	}
}

func (l *loader) timeOfDay(name, s string) (time.Time, bool) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		l.fail("%s: must be a time of day like 08:30", name)
	}
	return t, err == nil
}

// Print writes the settings as YAML-like lines with their help, secrets
// masked.
func Print(w io.Writer, c Config) error {
	v := reflect.ValueOf(c)
	for _, k := range Keys() {
		value := fmt.Sprint(v.FieldByIndex(k.index).Interface())
		if k.Secret && value != "" {
			value = "********"
		}
		if _, err := fmt.Fprintf(w, "%-28s %-32s # %s (%s)\n", k.Name+":", quote(value), k.About, k.Env); err != nil {
			return err
		}
	}
	return nil
}

func quote(s string) string {
	if s == "" || strings.ContainsAny(s, ":#\"' ") {
		return fmt.Sprintf("%q", s)
	}
	return s
}
