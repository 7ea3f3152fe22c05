package minyi

import (
	"math"
	"time"
)

// This file holds the figures that services show: read models that charts
// asks of survey, nlp and score.

// Slice narrows every figure in the same way. Empty fields do not narrow.
// Audience is never empty in a score: residents and enterprises are kept apart.
type Slice struct {
	Tenant   TenantID   `json:"tenant" query:"-"`
	Campaign CampaignID `json:"campaign,omitempty" query:"campaign"`
	Unit     UnitID     `json:"unit,omitempty" query:"unit"`
	Audience Audience   `json:"audience,omitempty" query:"audience"`
	Family   Family     `json:"family,omitempty" query:"family"`
	Channel  Channel    `json:"channel,omitempty" query:"channel"`
	From     string     `json:"from,omitempty" query:"from"` // first day, 2006-01-02
	To       string     `json:"to,omitempty" query:"to"`     // last day, included
}

// Figure is one number with all that a sceptic asks of it.
type Figure struct {
	Path    string   `json:"path"`            // 总体感知/品牌宣传/信任度; the root is 总分
	Level   int      `json:"level"`           // 0 the root, 1…3
	Weight  float64  `json:"weight"`          // share in its parent, 0…1, as the method prints it
	Score   *float64 `json:"score,omitempty"` // 0…100; nil: nothing to compute it from
	Low     *float64 `json:"low,omitempty"`   // 95% interval
	High    *float64 `json:"high,omitempty"`
	N       int      `json:"n"`                  // respondents behind it
	Grade   string   `json:"grade,omitempty"`    // A+ … E; empty when not graded
	Source  string   `json:"source"`             // survey, text, imported, computed
	Formula string   `json:"formula,omitempty"`  // in words and symbols, zh-CN
	Num     *float64 `json:"num,omitempty"`      // numerator
	Den     *float64 `json:"den,omitempty"`      // denominator
	Excl    string   `json:"excluded,omitempty"` // what was left out, with counts
	Method  string   `json:"interval,omitempty"` // wilson, t, bootstrap
	// Coverage is the share of the weight below it for which data was there.
	Coverage float64 `json:"coverage"`
	// Short is true under the method's minimum n: shown grey, not graded, not
	// ranked (样本不足).
	Short    bool     `json:"short,omitempty"`
	Children []Figure `json:"children,omitempty"`
}

// Round rounds half away from zero (四舍五入) as it would be done on paper: 59.995,
// which no binary number is, and which is kept as a little less, gives 60.00.
func Round(v float64, places int) float64 {
	p := math.Pow10(places)
	return math.Round(v*p*(1+1e-12)) / p
}

// Sheet is a scored tree of one unit, audience and period.
type Sheet struct {
	Slice  Slice  `json:"slice"`
	Method string `json:"method"` // id and version of the method file
	Title  string `json:"title"`
	Frame  string `json:"frame"` // whom it describes, e.g. 来电人 (callers)
	Root   Figure `json:"root"`
	// Rates are proportions named beside the index, Path being the name as it
	// is printed: 热线满意率, 热线满意率(非常满意+满意), 办理满意率, 解决率 …
	Rates    []Figure `json:"rates,omitempty"`
	AsOf     string   `json:"as_of"` // RFC 3339
	Answers  int      `json:"answers"`
	SetAside int      `json:"set_aside"`
	Defaults int      `json:"defaults"`
}

// UnitRow is a line of the unit table.
type UnitRow struct {
	Unit      UnitID  `json:"unit"`
	Name      string  `json:"name"`
	Invited   int     `json:"invited"`
	Delivered int     `json:"delivered"`
	Valid     int     `json:"valid"`     // 有效评价数
	Satisfied *Figure `json:"satisfied"` // 满意率 with its interval: 基本满意 and better
	TopTwo    *Figure `json:"top_two"`   // top-2-box: 非常满意 and 满意 only
	Resolved  *Figure `json:"resolved"`  // 解决率
	Score     *Figure `json:"score"`     // 总体感知
	Defaults  int     `json:"defaults"`
	// Indicators are the figures of levels 1 and 2 that have a score, parents
	// before their children.
	Indicators []Figure `json:"indicators,omitempty"`
}

// UnitTable is the unit table of one audience and period.
type UnitTable struct {
	Slice  Slice     `json:"slice"`
	Method string    `json:"method"`
	Rows   []UnitRow `json:"rows"`
}

// Funnel counts invitations by how far they came.
type Funnel struct {
	Slice  Slice               `json:"slice"`
	Total  int                 `json:"total"`
	Counts map[Disposition]int `json:"counts"`
	// Reasons counts the reasons of those not sampled, failed or unknown.
	Reasons map[string]int `json:"reasons,omitempty"`
}

// HotWord is a word or phrase by the number of respondents who used it.
type HotWord struct {
	Word        string  `json:"word"`
	Respondents int     `json:"respondents"` // document frequency, per respondent
	Weight      float64 `json:"weight"`      // for the cloud's size
	Polarity    float64 `json:"polarity"`    // mean of −1…+1 over the remarks with it
}

// HotWords is the word list of a slice.
type HotWords struct {
	Slice       Slice     `json:"slice"`
	Respondents int       `json:"respondents"` // who left remarks with content
	Words       []HotWord `json:"words"`
	Model       string    `json:"model"`
	Minimum     int       `json:"minimum"` // words with fewer respondents are not shown
}

// TopicCount is a complaint topic by the number of remarks.
type TopicCount struct {
	Topic    string `json:"topic"` // level 1 or path; 待定 when undecided
	Remarks  int    `json:"remarks"`
	Negative int    `json:"negative"`
}

// Topics is the topic list of a slice.
type Topics struct {
	Slice  Slice        `json:"slice"`
	Total  int          `json:"total"`
	Topics []TopicCount `json:"topics"`
	Model  string       `json:"model"`
}

// Verbatim is a masked remark.
type Verbatim struct {
	Answer   AnswerID `json:"answer"`
	Day      string   `json:"day"`
	Unit     UnitID   `json:"unit,omitempty"`
	Text     string   `json:"text"` // masked
	Topic    string   `json:"topic,omitempty"`
	Polarity int      `json:"polarity"`
}

// What charts asks. Each method has the form func(ctx, Req) (Resp, error).

// SheetRequest asks score for a scored tree; Slice.Audience must be set.
type SheetRequest struct {
	Slice  Slice  `json:"slice"`
	Method string `json:"method,omitempty"` // empty: the tenant's method
}

// UnitTableRequest asks score for the units' figures. Score fills Valid,
// Defaults and the figures; charts adds names and invitations from survey.
type UnitTableRequest struct {
	Slice  Slice  `json:"slice"`
	Method string `json:"method,omitempty"`
}

// StudyRequest asks score for the statistics that stand beside the index.
type StudyRequest struct {
	Slice  Slice  `json:"slice"`
	Method string `json:"method,omitempty" query:"method"`
}

// Study is a study's statistics, one line each: AAPOR outcome rates, the
// reliability of scales, figures weighed to population targets, and counts
// without small cells.
type Study struct {
	Slice  Slice       `json:"slice"`
	Method string      `json:"method"`
	Lines  []StudyLine `json:"lines"`
}

// StudyLine is one statistic. A nil Value was not to be had, or is hidden; Note
// says why, else how it was had.
type StudyLine struct {
	Section string   `json:"section"` // response, reliability, weights, cells
	Name    string   `json:"name"`
	Value   *float64 `json:"value"`
	Low     *float64 `json:"low,omitempty"`
	High    *float64 `json:"high,omitempty"`
	N       int      `json:"n"`
	Note    string   `json:"note,omitempty"`
}

// HotWordsRequest asks nlp for the words of a slice, heaviest first.
type HotWordsRequest struct {
	Slice    Slice  `json:"slice"`
	Polarity string `json:"polarity,omitempty"` // only remarks that are negative, neutral or positive
	Limit    int    `json:"limit,omitempty"`    // 0: 60
}

// TopicsRequest asks nlp for the topics of a slice, most remarks first.
type TopicsRequest struct {
	Slice Slice `json:"slice"`
	Limit int   `json:"limit,omitempty"` // 0: all
}

// VerbatimsRequest asks nlp for masked remarks with content, newest first.
// Word and Topic narrow; Answers, when set, asks for exactly those instead.
type VerbatimsRequest struct {
	Slice   Slice      `json:"slice"`
	Word    string     `json:"word,omitempty"`
	Topic   string     `json:"topic,omitempty"`
	Answers []AnswerID `json:"answers,omitempty"`
	After   string     `json:"after,omitempty"` // Next of the page before
	Limit   int        `json:"limit,omitempty"` // 0: 20
}

// VerbatimsReply is one page of masked remarks; Next is empty at the end.
type VerbatimsReply struct {
	Verbatims []Verbatim `json:"verbatims"`
	Next      string     `json:"next,omitempty"`
}

// FunnelRequest asks survey for the invitations of a slice by disposition.
type FunnelRequest struct {
	Slice Slice `json:"slice"`
}

// UnitCountsRequest asks survey for the invitations of a slice by unit.
type UnitCountsRequest struct {
	Slice Slice `json:"slice"`
}

// UnitCountsReply has one line for each unit that has invitations or answers.
type UnitCountsReply struct {
	Units []UnitCount `json:"units"`
}

// UnitCount counts one unit's invitations and valid answers.
type UnitCount struct {
	Unit      UnitID `json:"unit"`
	Invited   int    `json:"invited"`
	Delivered int    `json:"delivered"`
	Answered  int    `json:"answered"` // of the delivered ones
	Valid     int    `json:"valid"`    // answers of every channel, invited or not
}

// UnitsRequest asks survey for the tenant's unit tree.
type UnitsRequest struct {
	Tenant TenantID `json:"tenant"`
}

// UnitsReply is the unit tree, parents before their children.
type UnitsReply struct {
	Units []Unit `json:"units"`
}

// AnswerRowsRequest asks survey for answers to export, a page at a time, in
// an order that is stable while new ones come in.
type AnswerRowsRequest struct {
	Slice Slice  `json:"slice"`
	After string `json:"after,omitempty"` // Next of the page before
	Limit int    `json:"limit,omitempty"` // 0: 500
}

// AnswerRowsReply is one page; Next is empty at the end.
type AnswerRowsReply struct {
	Rows []AnswerRow `json:"rows"`
	Next string      `json:"next,omitempty"`
}

// AnswerRow is one answer as a researcher may see it: no name, no number, no
// remark (the masked remark is nlp's), the case by its last digits only.
type AnswerRow struct {
	AnswerFacts
	Rated    bool      `json:"rated"` // a question was answered: a remark on its own is no valid rating
	CaseTail string    `json:"case_tail,omitempty"`
	At       time.Time `json:"at"`                // when it was given
	Reasons  []string  `json:"reasons,omitempty"` // the bad rating's ticked reasons
}
