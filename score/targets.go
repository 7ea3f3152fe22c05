package score

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// Target is what part of the population one class of a margin holds.
type Target struct {
	Margin string  `json:"margin"` // unit, category, channel, campaign, province, region, rank, tier, or a question's tag
	Class  string  `json:"class"`  // its value; of a question the number 1…K
	Share  float64 `json:"share"`  // 0…1; the shares of a margin sum to 1
}

// targets are a tenant's imported population figures.
type targets struct {
	Rows []Target  `json:"rows"`
	File string    `json:"file"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// TargetsReport says what became of a file of targets.
type TargetsReport struct {
	Targets []Target   `json:"targets"`
	File    string     `json:"file"`
	By      string     `json:"by"`
	At      time.Time  `json:"at"`
	Faults  []RowFault `json:"faults"`
	DryRun  bool       `json:"dry_run"`
}

var targetColumns = [][]string{{"margin", "变量", "维度"}, {"class", "类别", "取值"}, {"share", "占比", "人口", "count"}}

// ReadTargets reads a file with the columns margin, class, share. Shares may
// be counts, percentages or parts of one: each margin is divided by its sum.
// A file with any fault is refused as a whole, because a margin that lacks a
// class would weigh everyone wrongly.
func ReadTargets(r io.Reader) ([]Target, []RowFault, error) {
	f, err := openFile(r)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	var at []int
	err = f.FindHeader(func(header []string) error {
		if at = targetHeader(header); at == nil {
			return badFile("表头应为 margin,class,share（变量、类别、占比）。", "the header must be margin,class,share")
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	var out []Target
	var faults []RowFault
	for row, err := range f.Rows() {
		if err != nil {
			return nil, nil, err
		}
		if damage := f.Damage(row); damage != nil {
			faults = append(faults, RowFault{row.Line, damage.ZH, damage.EN})
			continue
		}
		t, zh, en := targetOf(row.Cells, at, out)
		if zh != "" {
			faults = append(faults, RowFault{row.Line, zh, en})
			continue
		}
		out = append(out, t)
	}
	if len(out) == 0 && len(faults) == 0 {
		return nil, nil, badFile("文件里没有数据行。", "the file holds no rows")
	}
	return shares(out), faults, nil
}

func targetHeader(rec []string) []int {
	at := make([]int, len(targetColumns))
	for i, names := range targetColumns {
		at[i] = slices.IndexFunc(rec, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
		if at[i] < 0 {
			return nil
		}
	}
	return at
}

func targetOf(rec []string, at []int, known []Target) (t Target, zh, en string) {
	if len(rec) <= slices.Max(at) {
		return t, "列数不足", "too few columns"
	}
	t.Margin, t.Class = strings.TrimSpace(rec[at[0]]), strings.TrimSpace(rec[at[1]])
	share, ok := parseScore(rec[at[2]])
	switch {
	case t.Margin == "" || t.Class == "":
		return t, "缺少变量或类别", "the margin or the class is missing"
	case !ok || share <= 0:
		return t, fmt.Sprintf("占比 %q 应是大于 0 的数", rec[at[2]]), fmt.Sprintf("the share %q must be a number above 0", rec[at[2]])
	case slices.ContainsFunc(known, func(k Target) bool { return k.Margin == t.Margin && k.Class == t.Class }):
		return t, "类别重复：" + t.Class, "class given twice: " + t.Class
	}
	t.Share = share
	return t, "", ""
}

// shares divides each margin by its sum.
func shares(rows []Target) []Target {
	sums := map[string]float64{}
	for _, t := range rows {
		sums[t.Margin] += t.Share
	}
	for i := range rows {
		rows[i].Share /= sums[rows[i].Margin]
	}
	return rows
}

// ImportTargets takes in a file of population targets; it replaces the one
// before. With faults, or for a dry run, nothing is kept.
func (s *Service) ImportTargets(ctx context.Context, req ImportRequest, file io.Reader) (TargetsReport, error) {
	rows, faults, err := ReadTargets(file)
	report := TargetsReport{Targets: rows, File: req.File, By: req.By, At: s.clock.Now(), Faults: faults, DryRun: req.DryRun}
	if err != nil || len(faults) > 0 || req.DryRun {
		return report, err
	}
	_, err = s.store.targets.Put(ctx, string(req.Tenant), func(t *targets, _ bool) error {
		*t = targets{Rows: rows, File: req.File, By: req.By, At: report.At}
		return nil
	})
	return report, fault.Wrap(err, "keep the population targets")
}

// Targets gives the imported targets; none is an empty list.
func (s *Service) Targets(ctx context.Context, tenant minyi.TenantID) (TargetsReport, error) {
	doc, err := s.store.targets.Get(ctx, string(tenant))
	if fault.Is(err, fault.NotFound) {
		return TargetsReport{Targets: []Target{}}, nil
	}
	t := doc.Body
	return TargetsReport{Targets: t.Rows, File: t.File, By: t.By, At: t.At}, fault.Wrap(err, "read the population targets")
}

func (s *Service) getTargets(ctx context.Context, _ struct{}) (TargetsReport, error) {
	return s.Targets(ctx, kit.TenantFrom(ctx))
}

// postTargets takes the file as the request's body: ?name=&dry_run=true.
func (s *Service) postTargets(w http.ResponseWriter, r *http.Request) {
	s.postFile(w, r, func(req ImportRequest, body io.Reader) (any, error) { return s.ImportTargets(r.Context(), req, body) })
}
