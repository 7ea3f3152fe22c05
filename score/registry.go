package score

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/score/methods"
)

// published remembers what a method said when it was first put to use.
type published struct {
	Name   string    `json:"name"` // id@version
	Digest string    `json:"digest"`
	At     time.Time `json:"at"`
}

// publish holds methods to what they said when they were first used: a file
// changed under the same id and version would give old scores a new meaning
// that no one sees. It stops the start and says what to do.
func (s *Service) publish(ctx context.Context, all []*methods.Method) error {
	seen := map[string]string{}
	for _, m := range all {
		digest, err := digestOf(m)
		if err != nil {
			return err
		}
		if was, twice := seen[m.Name()]; twice && was != digest {
			return changedMethod(m)
		}
		seen[m.Name()] = digest
		doc, err := s.store.methods.Put(ctx, m.Name(), func(p *published, exists bool) error {
			if exists {
				return docstore.Unchanged
			}
			*p = published{Name: m.Name(), Digest: digest, At: s.clock.Now()}
			return nil
		})
		if err != nil {
			return fmt.Errorf("remember method %s: %w", m.Name(), err)
		}
		if doc.Body.Digest != digest {
			return changedMethod(m)
		}
	}
	return nil
}

func changedMethod(m *methods.Method) error {
	return fault.New(fault.Conflict, "method_changed",
		fmt.Sprintf("评估方法 %s 已经用过，内容不能再改：请把修改后的文件另存为新的 version 或 id。", m.Name()),
		fmt.Sprintf("method %s has been used and must not change: save the changed file under a new version or id", m.Name())).On("method")
}

// digestOf hashes what the method computes, so that a comment may change.
func digestOf(m *methods.Method) (string, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("digest of method %s: %w", m.Name(), err)
	}
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:]), nil
}
