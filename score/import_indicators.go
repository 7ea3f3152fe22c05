package score

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
)

// ImportRequest says what a file of indicator values is.
type ImportRequest struct {
	Tenant minyi.TenantID
	Method string // whose indicators the paths name; empty: the tenant's method
	File   string // name of the file, for provenance
	Period string // for rows without one of their own
	By     string // who imports
	DryRun bool   // check only
	// Columns names the file's own headings where they are not the usual ones.
	Columns []Column
}

// ImportReport says what became of a file.
type ImportReport struct {
	Rows    int        `json:"rows"`    // good rows
	Added   int        `json:"added"`   // values that were new
	Changed int        `json:"changed"` // values that replaced another; the old one is kept
	Same    int        `json:"same"`    // values that stood already
	Faults  []RowFault `json:"faults"`  // rows not taken, with line and reason
	Units   int        `json:"units"`   // units named
	DryRun  bool       `json:"dry_run"` // nothing was written
	Unknown []string   `json:"unknown"` // units that survey does not know; their values are kept
	Format  string     `json:"format"`  // csv, tsv or xlsx
}

// ImportIndicators takes in a file of indicator values, CSV, TSV or XLSX, with the
// columns unit, indicator, score and, unless the request names it, period.
// Good rows are taken, bad ones reported. The same file twice changes nothing.
// Units may be named by id or by name.
func (s *Service) ImportIndicators(ctx context.Context, req ImportRequest, file io.Reader) (ImportReport, error) {
	m, err := s.method(req.Tenant, req.Method)
	if err != nil {
		return ImportReport{}, err
	}
	f, err := openFile(file)
	if err != nil {
		return ImportReport{}, err
	}
	defer f.Close()
	rows, faults, err := readIndicators(f, m, req.Columns)
	if err != nil {
		return ImportReport{}, err
	}
	report := ImportReport{Faults: faults, DryRun: req.DryRun, Format: f.Format}
	values, err := s.resolve(ctx, req, rows, &report)
	if err != nil {
		return ImportReport{}, err
	}
	report.Rows = len(values)
	return report, s.storeIndicators(ctx, req, values, &report)
}

// resolve names the period and the unit of each row.
func (s *Service) resolve(ctx context.Context, req ImportRequest, rows []indicatorRow, report *ImportReport) ([]indicator, error) {
	tree, err := s.trees.of(ctx, req.Tenant)
	if err != nil {
		return nil, err
	}
	units, taken := map[minyi.UnitID]bool{}, map[[3]string]int{}
	var out []indicator
	for _, row := range rows {
		if row.period == "" {
			row.period = req.Period
		}
		if row.period == "" {
			report.Faults = append(report.Faults, RowFault{Line: row.line, ZH: "缺少期间（period 列，或导入时指定）", EN: "the period is missing: add a column period or name one for the whole file"})
			continue
		}
		period, _, err := parsePeriod(row.period)
		if err != nil {
			f := fault.As(err)
			report.Faults = append(report.Faults, RowFault{Line: row.line, ZH: f.ZH, EN: f.EN})
			continue
		}
		if same := tree.bearing(row.unit); len(same) > 1 {
			report.Faults = append(report.Faults, sameName(row, same))
			continue
		}
		unit, known := tree.named(row.unit)
		if first, twice := taken[[3]string{string(unit), row.path, period}]; twice {
			report.Faults = append(report.Faults, RowFault{Line: row.line, ZH: fmt.Sprintf("与第 %d 行重复（同一单位、同一指标、同一期间），以第 %d 行为准", first, first),
				EN: fmt.Sprintf("repeats line %d (same unit, indicator and period); line %d counts", first, first)})
			continue
		}
		taken[[3]string{string(unit), row.path, period}] = row.line
		if !known && !slices.Contains(report.Unknown, row.unit) {
			report.Unknown = append(report.Unknown, row.unit)
		}
		units[unit] = true
		out = append(out, indicator{Tenant: req.Tenant, Unit: unit, Period: period, Path: row.path, Value: row.value,
			File: req.File, Line: row.line, By: req.By, At: s.clock.Now()})
	}
	report.Units = len(units)
	return out, nil
}

// named finds a unit by id, or by a name that only it bears; 全市 and 全部 are the whole tenant.
func (t *unitTree) named(name string) (minyi.UnitID, bool) {
	if name == "全市" || name == "全部" || name == "全国" {
		return "", true
	}
	if _, ok := t.parents[minyi.UnitID(name)]; ok {
		return minyi.UnitID(name), true
	}
	if same := t.bearing(name); len(same) == 1 {
		return same[0], true
	}
	return minyi.UnitID(name), false
}

// bearing lists the units of a name that is no id: 鼓楼区 is in four cities.
func (t *unitTree) bearing(name string) []minyi.UnitID {
	var out []minyi.UnitID
	if _, isID := t.parents[minyi.UnitID(name)]; isID {
		return nil
	}
	for u, n := range t.names {
		if strings.EqualFold(n, name) {
			out = append(out, u)
		}
	}
	slices.Sort(out)
	return out
}

func sameName(row indicatorRow, same []minyi.UnitID) RowFault {
	ids := make([]string, len(same))
	for i, u := range same {
		ids[i] = string(u)
	}
	return RowFault{Line: row.line, ZH: fmt.Sprintf("名称“%s”的单位有 %d 个（%s），请改写单位编号", row.unit, len(ids), strings.Join(ids, "、")),
		EN: fmt.Sprintf("%d units bear the name %s (%s): write the unit's id", len(ids), row.unit, strings.Join(ids, ", "))}
}

// storeIndicators writes the values; each keeps what it replaced.
func (s *Service) storeIndicators(ctx context.Context, req ImportRequest, values []indicator, report *ImportReport) error {
	byID := map[string]indicator{}
	units := map[minyi.UnitID]bool{}
	ids := make([]string, 0, len(values))
	for _, v := range values {
		i := id.Derive("indicator", string(v.Tenant), string(v.Unit), v.Period, v.Path)
		byID[i] = v
		ids = append(ids, i)
		units[v.Unit] = true
	}
	outcome := map[string]string{}
	err := s.store.indicators.PutMany(ctx, ids, func(id string, old *indicator, exists bool) error {
		next := byID[id]
		switch {
		case exists && old.Value == next.Value:
			outcome[id] = "same"
			return docstore.Unchanged
		case exists:
			outcome[id] = "changed"
			next.Was = append([]replaced{{old.Value, old.File, old.By, old.At}}, old.Was...)
		default:
			outcome[id] = "added"
		}
		if req.DryRun {
			return docstore.Unchanged
		}
		*old = next
		return nil
	})
	if err != nil {
		return fmt.Errorf("write %d indicator values: %w", len(ids), err)
	}
	report.tell(outcome)
	if req.DryRun || len(units) == 0 {
		return nil
	}
	if err := s.noteImports(ctx, req.Tenant, units); err != nil {
		return err
	}
	return s.prepareAnew(ctx, req.Tenant, slices.Collect(maps.Keys(units)))
}

// tell counts what became of each value.
func (r *ImportReport) tell(outcome map[string]string) {
	for _, o := range outcome {
		switch o {
		case "same":
			r.Same++
		case "changed":
			r.Changed++
		case "added":
			r.Added++
		}
	}
}

// noteImports remembers which units have imported values, and that they have
// changed.
func (s *Service) noteImports(ctx context.Context, tenant minyi.TenantID, units map[minyi.UnitID]bool) error {
	_, err := s.store.states.Put(ctx, string(tenant), func(st *state, _ bool) error {
		for u := range units {
			st.noteImport(u)
		}
		return nil
	})
	return fault.Wrap(err, "remember which units have imported indicators")
}

func (st *state) noteImport(u minyi.UnitID) {
	if st.Imported == nil {
		st.Imported = map[minyi.UnitID]int64{}
	}
	st.Imported[u]++
}
