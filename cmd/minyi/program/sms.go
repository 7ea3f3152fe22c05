package program

import (
	"context"
	"fmt"
	"os"
	"time"

	"minyi/internal/calendar"
	"minyi/internal/config"
	"minyi/internal/fault"
	"minyi/internal/run"
	"minyi/sms"
	"minyi/sms/sandbox"
	"minyi/sms/smpp"
)

func (p *Program) openSMS(context.Context) (run.Running, error) {
	lines, err := p.lines()
	if err != nil {
		return run.Running{}, err
	}
	days, err := workingDays(p.cfg)
	if err != nil {
		return run.Running{}, err
	}
	c := p.cfg.SMS
	s, err := sms.New(sms.Deps{DB: p.db, Bus: p.bus, Box: p.box, Clock: p.clock, Log: p.log, Survey: &p.peers.survey, Lines: lines,
		Config: sms.Config{Policy: policy(p.cfg), Calendar: days, SubmitTimeout: c.Answer, Lease: c.Lease, Keep: c.Keep,
			SweepEvery: min(15*time.Second, p.cfg.Survey.Announce), Signature: p.cfg.Hotline.Name}})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(p.door.Staff(), p.door.Public())
	p.sms, p.peers.sms.smsPeer = s, s
	return p.working("sms", s.Run), nil
}

// lines are the carrier accounts that the settings name. A line's name is part
// of every ledger key.
func (p *Program) lines() ([]sms.Line, error) {
	if p.cfg.SMS.Gateway == "sandbox" || p.carrier != nil {
		return p.sandboxLine()
	}
	var lines []sms.Line
	for _, c := range p.cfg.Accounts() {
		gateway, err := smpp.New(account(c, p.cfg.SMS.Answer), p.log)
		if err != nil {
			return nil, err
		}
		l := sms.Line{Name: c.Name, Gateway: gateway, Rate: float64(orElse(c.Rate, p.cfg.SMS.Rate)), Weight: c.Weight,
			Limits: sms.Limits{PerNumber: c.PerNumber}}
		if h := (sms.Hours{From: minutes(c.OpenAt), To: minutes(c.CloseAt)}); h != (sms.Hours{To: 24 * 60}) {
			l.Limits.Hours = h
		}
		for _, network := range c.NetworkNames() {
			l.Networks = append(l.Networks, sms.Network(network))
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func (p *Program) sandboxLine() ([]sms.Line, error) {
	l := sms.Line{Name: p.cfg.SMS.Gateway, Rate: float64(p.cfg.SMS.Rate)}
	carrier := p.carrier
	if carrier == nil {
		var err error
		if carrier, err = sandbox.New(sandbox.Config{}); err != nil {
			return nil, err
		}
	}
	carrier.Routes(p.door.Staff())
	l.Gateway = carrier
	return []sms.Line{l}, nil
}

// account is an account's settings as sms/smpp takes them.
func account(c config.Account, answer time.Duration) smpp.Config {
	return smpp.Config{Addr: c.Addr, SystemID: c.SystemID, Password: c.Password, SystemType: c.SystemType, Source: c.Source,
		Extension: c.Extension, Prefix: c.Prefix, Window: c.Window, Sessions: c.Sessions, HexSubmitIDs: c.HexIDs,
		ResponseTimeout: answer, AllowTestNumbers: c.TestNumbers}
}

func orElse(v, otherwise int) int {
	if v > 0 {
		return v
	}
	return otherwise
}

// policy is the sending rules that the settings name.
func policy(cfg config.Config) sms.Policy {
	c := cfg.SMS
	p := sms.DefaultPolicy()
	p.AlwaysOpen = c.AlwaysOpen
	p.Working = sms.Hours{From: minutes(c.OpenAt), To: minutes(c.CloseAt)}
	p.Resting = sms.Hours{From: minutes(c.RestOpenAt), To: minutes(c.RestShutAt)}
	p.PerDay, p.PerMonth, p.SurveysPerWeek = c.PerDay, c.PerMonth, c.PerWeek
	return p
}

// minutes reads "08:30" as minutes after midnight, and "24:00" as the day's
// end; config has checked it.
func minutes(s string) int {
	if s == "24:00" {
		return 24 * 60
	}
	t, _ := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute()
}

// workingDays is the table that ships with the operator's own over it.
func workingDays(cfg config.Config) (calendar.Calendar, error) {
	days := calendar.Default()
	path := cfg.Calendar.File
	if path == "" {
		return days, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return days, fault.New(fault.Invalid, "calendar_unreadable", "无法读取节假日表 "+path+"。", "the table of holidays "+path+" cannot be read").On("calendar.file").With(err)
	}
	defer f.Close()
	own, err := calendar.Parse(f)
	if err != nil {
		return days, fault.New(fault.Invalid, "calendar_bad", "节假日表 "+path+" 有误："+err.Error()+"。每行一天，如 2027-02-05 休 或 2027-02-20 班。",
			"the table of holidays "+path+" is wrong: "+err.Error()).On("calendar.file").With(err)
	}
	return days.With(own), nil
}

// smsChecks are what doctor asks of SMS: the days, and each account's SMSC.
func smsChecks(cfg config.Config, now time.Time) []Check {
	out := []Check{{"节假日 holidays", func(context.Context) (string, error) { return holidays(cfg, now) }}}
	if cfg.SMS.Gateway == "sandbox" {
		return append(out, Check{"短信网关 SMSC", func(context.Context) (string, error) {
			return "模拟通道，不向外发送 sandbox, nothing is sent outside (sms.gateway)", nil
		}})
	}
	for _, c := range cfg.Accounts() {
		out = append(out, Check{"短信网关 SMSC " + c.Name, func(ctx context.Context) (string, error) { return reachable(ctx, c.Addr) }})
	}
	return out
}

// holidays tells for which years the table is complete.
func holidays(cfg config.Config, now time.Time) (string, error) {
	days, err := workingDays(cfg)
	if err != nil {
		return "", err
	}
	next := now.AddDate(0, 2, 0)
	from := "the table that ships, entered by hand: check it against the State Council's notice"
	if cfg.Calendar.File != "" {
		from = "the table that ships, with " + cfg.Calendar.File + " over it"
	}
	switch {
	case !days.Announced(now):
		return fmt.Sprintf("%d 年放假安排缺失 the arrangement of %d is missing: enter it in a file and set calendar.file", now.Year(), now.Year()), nil
	case !days.Announced(next):
		return fmt.Sprintf("%d ok (%s); %d 年仅有法定日 holds statutory days alone: enter its arrangement and set calendar.file", now.Year(), from, next.Year()), nil
	}
	return fmt.Sprintf("%d ok (%s)", now.Year(), from), nil
}
