package nlp

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/nlp/learn"
	"minyi/nlp/polarity"
	"minyi/nlp/topic"
)

// keepVersion stores the version under the next free number.
func (s *Service) keepVersion(ctx context.Context, v modelVersion) (int, error) {
	last, err := s.lastVersion(ctx, v.Tenant, v.Task)
	if err != nil {
		return 0, err
	}
	for v.Version = last.Version + 1; ; v.Version++ {
		_, err := s.store.versions.Insert(ctx, versionID(v.Tenant, v.Task, v.Version), v)
		if !fault.Is(err, fault.Exists) {
			return v.Version, err
		}
	}
}

func versionID(tenant minyi.TenantID, task string, version int) string {
	return id.Derive(string(tenant), task, fmt.Sprint(version))
}

// lastVersion gives a task's newest version; number 0 where there is none.
func (s *Service) lastVersion(ctx context.Context, tenant minyi.TenantID, task string) (modelVersion, error) {
	q := docstore.Query{Index: byTenant, Part: docstore.Part(string(tenant), task), Desc: true, Limit: 1}
	for d, err := range s.store.versions.Find(ctx, q) {
		return d.Body, err
	}
	return modelVersion{}, nil
}

// modelsOf trains the versions named.
func (s *Service) modelsOf(ctx context.Context, tenant minyi.TenantID, versions map[string]int) (models, error) {
	m := models{polarity: make(map[minyi.Family]*rated)}
	var names []string
	for _, task := range sortedKeys(versions) {
		version := versions[task]
		if version == 0 {
			continue
		}
		model, band, err := s.retrain(ctx, tenant, task, version)
		if isTooFew(err) {
			continue // so much was erased that nothing can be trained: what ships answers
		}
		if err != nil {
			return m, err
		}
		names = append(names, fmt.Sprintf("%s-%d", task, version))
		if task == TaskTopic {
			m.topic = topic.NewLearned(&topic.Trained{Model: model, Margin: topic.DecidedMargin}, s.base().seeds)
		} else {
			m.polarity[familyOf(task)] = &rated{model, band}
		}
	}
	m.name = strings.Join(names, " ")
	return m, nil
}

// retrain trains a version's model again; band is the polarity's.
func (s *Service) retrain(ctx context.Context, tenant minyi.TenantID, task string, version int) (m *learn.Model, band float64, err error) {
	v, err := s.store.versions.Get(ctx, versionID(tenant, task, version))
	if err != nil {
		return nil, 0, err
	}
	taught, rest, err := s.lessonsOf(ctx, v.Body)
	if err != nil {
		return nil, 0, err
	}
	m, err = s.fit(task, taught, rest)
	return m, cmp.Or(v.Body.Band, polarity.DecidedMargin), err
}

// Version is one training of a task, as a person chooses among them.
type Version struct {
	Task     string        `json:"task"`
	Version  int           `json:"version"`
	InUse    bool          `json:"in_use"`
	Examples int           `json:"examples"`
	Figures  learn.Figures `json:"figures"`
	At       string        `json:"at"` // RFC 3339
}

// VersionsRequest asks for a task's versions.
type VersionsRequest struct {
	Tenant minyi.TenantID `json:"-"`
	Task   string         `query:"task" json:"-"` // as in TrainReply
}

// VersionsReply lists them, newest first. Version 0, what ships, always stands.
type VersionsReply struct {
	Versions []Version `json:"versions"`
}

// Versions lists the trainings of a task.
func (s *Service) Versions(ctx context.Context, req VersionsRequest) (VersionsReply, error) {
	tenant := tenantOf(ctx, req.Tenant)
	if !isTask(req.Task) {
		return VersionsReply{}, unknownTask()
	}
	set, err := s.readSettings(ctx, tenant)
	if err != nil {
		return VersionsReply{}, err
	}
	var reply VersionsReply
	for d, err := range s.store.versions.Find(ctx, docstore.Query{Index: byTenant, Part: docstore.Part(string(tenant), req.Task), Desc: true}) {
		if err != nil {
			return reply, err
		}
		v := d.Body
		reply.Versions = append(reply.Versions, Version{Task: v.Task, Version: v.Version, InUse: set.Body.Versions[v.Task] == v.Version,
			Examples: v.Examples, Figures: v.Figures, At: v.At.Format("2006-01-02T15:04:05Z07:00")})
	}
	return reply, nil
}

// UseRequest takes a version into use; 0 is what ships.
type UseRequest struct {
	Tenant  minyi.TenantID `json:"-"`
	Task    string         `json:"task"` // as in TrainReply
	Version int            `json:"version"`
}

// Use rolls a task back (or forward) to a version. The past is analysed anew
// in the background and switches over at once.
func (s *Service) Use(ctx context.Context, req UseRequest) (minyi.Done, error) {
	tenant := tenantOf(ctx, req.Tenant)
	if !isTask(req.Task) {
		return minyi.Done{}, unknownTask()
	}
	if req.Version != 0 {
		_, err := s.store.versions.Get(ctx, versionID(tenant, req.Task, req.Version))
		if fault.Is(err, fault.NotFound) {
			return minyi.Done{}, noVersion(req.Version)
		}
		if err != nil {
			return minyi.Done{}, err
		}
	}
	return minyi.Done{}, s.want(ctx, tenant, req.Task, req.Version)
}

func noVersion(n int) error {
	return fault.New(fault.NotFound, "version_unknown", fmt.Sprintf("没有第 %d 版模型，请先列出已有版本；0 为内置。", n),
		fmt.Sprintf("there is no version %d; list those there are (0 is what ships)", n)).On("version")
}
