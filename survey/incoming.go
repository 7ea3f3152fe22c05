package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"iter"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/internal/table"
	"minyi/survey/intake"
)

// incoming is one import under way.
type incoming struct {
	report ImportReport
	table  *table.File
	dry    bool
	tell   func(ImportCounts)
	seen   map[string]int // dry run only: the record that would have been taken
	turns  map[string]int // how often rows of nobody in particular said the same
}

// open fingerprints the file and reads its header. The import's id depends on
// the content and on how the columns are read, so that the same file mapped
// otherwise is another import.
func (s *Service) open(ctx context.Context, kind string, req ImportRequest) (*incoming, error) {
	if req.Audience != "" && !req.Audience.Valid() {
		return nil, fault.New(fault.Invalid, "audience_bad", "对象须为 resident 或 enterprise。", "audience must be resident or enterprise").On("audience")
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, req.File); err != nil {
		return nil, fault.Wrap(err, "read the file")
	}
	if _, err := req.File.Seek(0, io.SeekStart); err != nil {
		return nil, fault.Wrap(err, "read the file again")
	}
	list, err := opened(req)
	if err != nil {
		return nil, err
	}
	mapping, err := json.Marshal(req.Mapping)
	if err != nil {
		return nil, fault.Wrap(err, "encode the column mapping")
	}
	tenant := tenantOf(ctx, req.Tenant)
	in := &incoming{table: list, dry: req.DryRun, tell: req.Tell, seen: map[string]int{}, turns: map[string]int{}}
	parts := []string{"import", string(tenant), kind, hex.EncodeToString(sum.Sum(nil)), string(mapping)}
	if req.Audience != "" {
		parts = append(parts, string(req.Audience))
	}
	if req.Sheet != "" {
		parts = append(parts, "sheet", req.Sheet)
	}
	in.report = ImportReport{ID: id.Derive(parts...), DryRun: req.DryRun}
	in.report.Import = Import{Tenant: tenant, Kind: kind, Name: req.Name, Format: list.Format, Encoding: list.Encoding, By: actor(ctx), At: s.clock.Now()}
	return in, nil
}

// opened opens the list, at the worksheet that was named.
func opened(req ImportRequest) (*table.File, error) {
	list, err := table.Open(req.File)
	if err != nil || req.Sheet == "" {
		return list, err
	}
	if err := list.Only(req.Sheet); err != nil {
		_ = list.Close()
		return nil, err
	}
	return list, nil
}

func (in *incoming) columns(b *intake.Binding) {
	in.report.Import.Sheet = in.table.Sheet
	in.report.Import.Columns, in.report.Import.Order, in.report.Import.Ignored = b.Columns, b.Order, b.Ignored
}

// count accounts for one row and says whether it is good.
func (in *incoming) count(found []intake.Problem) bool {
	in.report.Import.Counts.Rows++
	for _, p := range found {
		in.report.problem(p)
		if !p.Warning {
			in.report.Import.Counts.Refused++
			return false
		}
	}
	if len(found) > 0 {
		in.report.Import.Counts.Warned++
	}
	return true
}

// refuse takes back a row that looked good by itself.
func (in *incoming) refuse(p intake.Problem) intake.Problem {
	in.report.problem(p)
	in.report.Import.Counts.Refused++
	return p
}

// warn adds what is to be said of the file as a whole.
func (in *incoming) warn(found, more []intake.Problem) []intake.Problem {
	for _, p := range more {
		found = append(found, in.note(p))
	}
	return found
}

// note tells something of a row that is taken or known all the same.
func (in *incoming) note(p intake.Problem) intake.Problem {
	in.report.problem(p)
	in.report.Import.Counts.Warned++
	return p
}

// about counts whom a row is about.
func (in *incoming) about(a minyi.Audience) {
	if in.report.Import.Audiences == nil {
		in.report.Import.Audiences = map[minyi.Audience]int{}
	}
	in.report.Import.Audiences[a]++
}

// empty refuses a file that has no row below its header.
func (in *incoming) empty() error {
	if in.report.Import.Counts.Rows > 0 {
		return nil
	}
	return fault.New(fault.Invalid, "file_no_rows", "表头之下没有数据行（no rows），没有导入任何内容。",
		"no rows below the header; nothing was imported").On("file")
}

// rehearse gives, for each document of a dry run's batch, the one that would
// stand before it.
func (s *Service) rehearse(ctx context.Context, in *incoming, docs []docstore.Doc[Case]) ([]*Case, error) {
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	found, err := s.store.cases.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	stood := make([]*Case, len(docs))
	for i, d := range docs {
		if known, ok := found[d.ID]; ok {
			stood[i] = &known.Body
			continue
		}
		if before, ok := in.seen[d.ID]; ok {
			stood[i] = &Case{Import: in.report.ID, Record: before, Audience: d.Body.Audience}
			continue
		}
		in.seen[d.ID] = d.Body.Record
	}
	return stood, nil
}

// told reports how far the import has come.
func (in *incoming) told() {
	if in.tell != nil {
		in.tell(in.report.Import.Counts)
	}
}

func (s *Service) keepBatch(ctx context.Context, in *incoming, b ImportBatch) error {
	key := batchKey(in.report.ID, in.report.Import.Batches)
	in.report.Import.Batches++
	_, err := s.store.batches.Put(ctx, key, func(body *ImportBatch, _ bool) error {
		*body = b
		return nil
	})
	return err
}

// close keeps the import's record. Of a file that was imported before, the
// first time's counts stay; the report tells this time's.
func (s *Service) close(ctx context.Context, in *incoming) error {
	in.report.Import.Done = true
	if in.dry {
		return nil
	}
	_, err := s.store.imports.Put(ctx, in.report.ID, func(body *Import, exists bool) error {
		if exists && body.Done {
			return docstore.Unchanged
		}
		*body = in.report.Import
		return nil
	})
	return err
}

// ImportProblems streams every problem of an import, in the file's order.
func (s *Service) ImportProblems(ctx context.Context, imp string) iter.Seq2[intake.Problem, error] {
	return func(yield func(intake.Problem, error) bool) {
		q := docstore.Query{From: batchKey(imp, 0), To: imp + "/~"}
		for doc, err := range s.store.batches.Find(ctx, q) {
			if err != nil {
				yield(intake.Problem{}, err)
				return
			}
			for _, p := range doc.Body.Problems {
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

// ImportList lists imports, newest first.
type ImportList struct {
	Imports []ImportLine `json:"imports"`
}

// ImportLine is one import.
type ImportLine struct {
	ID string `json:"id"`
	Import
}

// Imports lists a tenant's imports, newest first.
func (s *Service) Imports(ctx context.Context, req TenantRequest) (ImportList, error) {
	var list ImportList
	q := docstore.Query{Index: "tenant", Part: docstore.Part(string(tenantOf(ctx, req.Tenant))), Desc: true, Limit: 200}
	for doc, err := range s.store.imports.Find(ctx, q) {
		if err != nil {
			return list, err
		}
		list.Imports = append(list.Imports, ImportLine{ID: doc.ID, Import: doc.Body})
	}
	return list, nil
}
