// Package config reads the settings of the program: defaults, then a YAML
// file, then MINYI_* environment variables, then flags, each over the last.
//
// It owns the list of settings (the fields of Config, with their help and
// defaults in tags); takes in a file, an environment and flags; gives out a
// checked Config, or one fault that tells all that is wrong at once. An
// unknown key is an error: a misspelt setting must not be silently ignored.
// Secrets may come as files: MINYI_MONGODB_URI_FILE=/run/secrets/uri.
package config

import "time"

// Config is every setting of the program. conf is the key; env names derive
// from it (public.listen → MINYI_PUBLIC_LISTEN).
type Config struct {
	Data    string `conf:"data" def:"data" about:"数据目录 data directory: embedded store, key ring, lock"`
	MongoDB struct {
		URI      string `conf:"mongodb.uri" secret:"yes" about:"MongoDB connection string; empty: embedded SQLite under data"`
		Database string `conf:"mongodb.database" def:"minyi" about:"MongoDB database name"`
	}
	Redis struct {
		Addr string `conf:"redis.addr" secret:"yes" about:"Redis host:port or redis:// URL; empty: in-process queue"`
	}
	Keys struct {
		Ring string `conf:"keys.ring" secret:"yes" about:"key ring JSON; empty: keys.json in the data directory, made at first start"`
	}
	Public struct {
		Listen    string `conf:"public.listen" def:":8080" about:"residents' pages and carriers' callbacks"`
		URL       string `conf:"public.url" def:"http://127.0.0.1:8080" about:"address of the public listener as residents reach it; short, it is in every SMS"`
		PerMinute int    `conf:"public.per_minute" def:"600" about:"requests a minute from one address prefix (/24, /64) before 429"`
		Proxies   int    `conf:"public.proxies" def:"0" about:"trusted reverse proxies in front, whose X-Forwarded-For is believed"`
	}
	Staff struct {
		Listen string        `conf:"staff.listen" def:":8081" about:"overview, API, peers, metrics, health; needs a token"`
		URL    string        `conf:"staff.url" def:"http://127.0.0.1:8081" about:"address of the staff listener as staff reach it"`
		Trail  time.Duration `conf:"staff.keep_actions" def:"17520h" about:"how long the trail of what staff did is kept; two years"`
	}
	Hotline struct {
		Name string `conf:"hotline.name" def:"12345热线" about:"signature of messages and title of pages, e.g. XX市12345热线"`
	}
	Calendar struct {
		File string `conf:"calendar.file" about:"holidays (休) and weekend days worked in exchange (班), one day a line like 2027-02-05 休; replaces the years that it names in the table that ships"`
	}
	Survey struct {
		Announce time.Duration `conf:"survey.announce" def:"1m" about:"how soon something announced and not acted on is announced again, e.g. after Redis was lost"`
		Keep     time.Duration `conf:"survey.keep_contacts" def:"4320h" about:"how long names and numbers are kept after they were imported"`
		Verify   int           `conf:"survey.followup_verify_days" def:"1" about:"working days until the follow-up of a bad rating must be verified"`
		Correct  int           `conf:"survey.followup_correct_days" def:"15" about:"working days until it must be corrected, explained or set aside"`
	}
	SMS struct {
		Gateway    string        `conf:"sms.gateway" def:"sandbox" about:"carrier: sandbox (sends nothing outside) or smpp"`
		Rate       int           `conf:"sms.rate" def:"200" about:"messages a second at most"`
		AlwaysOpen bool          `conf:"sms.always_open" about:"send at any hour (demo and tests only)"`
		OpenAt     string        `conf:"sms.open_at" def:"08:30" about:"first sending time of a day, Asia/Shanghai"`
		CloseAt    string        `conf:"sms.close_at" def:"20:30" about:"last sending time of a day"`
		RestOpenAt string        `conf:"sms.rest_open_at" def:"09:30" about:"the same on weekends and holidays"`
		RestShutAt string        `conf:"sms.rest_close_at" def:"20:00" about:"the same on weekends and holidays"`
		Answer     time.Duration `conf:"sms.answer_within" def:"1m" about:"how long the carrier may take to answer a submit before its outcome is unknown"`
		Lease      time.Duration `conf:"sms.lease" def:"3m" about:"how long a batch may be with the carrier; a crash shows as unknown after it; at least three times sms.answer_within"`
		PerDay     int           `conf:"sms.per_day" def:"2" about:"messages to one number a day, all campaigns"`
		PerMonth   int           `conf:"sms.per_month" def:"4" about:"messages to one number in 30 days, all campaigns"`
		PerWeek    int           `conf:"sms.surveys_per_week" def:"1" about:"surveys to one number a week; its reminder included"`
		Keep       time.Duration `conf:"sms.keep" def:"4320h" about:"how long numbers and words stay in the SMS ledger; five months at least"`
		SMPP       Account       `prefix:"sms.smpp."`
		Accounts   []Account     `conf:"sms.accounts" about:"further SMPP accounts: a list in the file, JSON in a variable; the keys are those of sms.smpp.*, without sms.smpp."`
	}
	Voice struct {
		Trunk         `prefix:"voice."`
		Trunks        []Trunk       `conf:"voice.trunks" about:"further trunks in order of preference, used when those before are down or full: a list in the file, JSON in a variable; the keys are those of voice.* up to voice.rtp_timeout, without voice."`
		Hours         string        `conf:"voice.hours" def:"09:00-12:00,14:00-20:00" about:"when calls may be placed on working days, Asia/Shanghai"`
		RestDays      bool          `conf:"voice.rest_days" about:"also call on weekends and holidays"`
		Tries         int           `conf:"voice.tries" def:"3" about:"calls to one invitation at most"`
		BusyAfter     time.Duration `conf:"voice.busy_after" def:"1h" about:"wait after a busy line; after no answer the next half-day"`
		AlwaysOpen    bool          `conf:"voice.always_open" about:"call at any hour; tries are spaced as ever (trials and tests only)"`
		Speech        string        `conf:"voice.speech_url" about:"HTTP speech engine; empty: espeak-ng, for trying out only"`
		SpeechKey     string        `conf:"voice.speech_token" secret:"yes" about:"its bearer token"`
		SpeechVoice   string        `conf:"voice.speech_voice" about:"name of the voice, given to the engine"`
		Remarks       bool          `conf:"voice.remarks" about:"record a spoken remark at the end; announced, encrypted, deleted after voice.keep_recorded"`
		Keep          time.Duration `conf:"voice.keep_recorded" def:"720h" about:"how long recordings are kept"`
		Transcribe    string        `conf:"voice.transcribe_url" about:"HTTP service that turns a recording into text; empty: none"`
		TranscribeKey string        `conf:"voice.transcribe_token" secret:"yes" about:"its bearer token"`
	}
	NLP struct {
		MinRespondents int    `conf:"nlp.min_respondents" def:"5" about:"a word is shown only from this many respondents"`
		UserDictionary string `conf:"nlp.user_dictionary" about:"file of the hotline's own words, one a line: word [frequency] [tag]; followed while it runs, no restart needed"`
		Taxonomy       string `conf:"nlp.taxonomy" about:"file of the city's own topics, up to three levels (YAML, or CSV level1,level2,level3,words); empty: the shipped ones"`
	}
	Charts struct {
		MinGroup int `conf:"charts.min_group" def:"5" about:"researchers' export: month, unit, questionnaire, audience and channel together must be shared by so many answers"`
	}
	Score struct {
		Method  string `conf:"score.method" def:"2023" about:"scoring method of the overview"`
		Methods string `conf:"score.methods" about:"folder of method files (*.yaml) beside the shipped ones"`
	}
	Peers struct {
		Token  string `conf:"peers.token" secret:"yes" about:"shared secret between processes when targets run apart"`
		Survey string `conf:"peers.survey" about:"staff address of the process that runs survey, when another"`
		SMS    string `conf:"peers.sms" about:"the same for sms"`
		NLP    string `conf:"peers.nlp" about:"the same for nlp"`
		Score  string `conf:"peers.score" about:"the same for score"`
		Voice  string `conf:"peers.voice" about:"the same for voice, which erasure by phone number must reach"`
	}
	Log struct {
		Level  string `conf:"log.level" def:"info" about:"debug, info, warn or error"`
		Format string `conf:"log.format" def:"text" about:"text or json"`
	}
	Stop struct {
		Grace time.Duration `conf:"stop.grace" def:"15s" about:"how long a stop waits for work in hand"`
	}
}
