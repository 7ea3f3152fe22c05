package program

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/run"
	"minyi/internal/secret"
)

// keyMark is a known word sealed with the key ring of this data, so that a
// lost or foreign ring is found at the start and not by a citizen's page.
type keyMark struct {
	Sealed string `json:"sealed"`
}

const keyMarkID, keyMarkWord = "mark", "minyi"

// openKeys reads the key ring, or makes one at the very first start.
func (p *Program) openKeys(ctx context.Context) (run.Running, error) {
	marks, err := docstore.Open[keyMark](ctx, p.db, "minyi_keys")
	if err != nil {
		return run.Running{}, err
	}
	mark, err := marks.Get(ctx, keyMarkID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return run.Running{}, err
	}
	_, gone := os.Stat(p.ringFile())
	before := p.cfg.Keys.Ring == "" && gone == nil
	ring, err := p.ring(err == nil)
	if err != nil {
		return run.Running{}, err
	}
	if p.box, err = secret.NewBox(ring); err != nil {
		return run.Running{}, err
	}
	if mark.ID == "" {
		if before {
			p.log.Warn(storeGone, "data", p.cfg.Data)
		}
		if mark, err = p.leaveMark(ctx, marks); err != nil {
			return run.Running{}, err
		}
	}
	if word, err := p.box.Open(mark.Body.Sealed); err != nil || word != keyMarkWord {
		return run.Running{}, fault.New(fault.Unavailable, "key_ring_other",
			"密钥不是这份数据的：已加密的内容无法读取。请恢复与数据一同备份的密钥（keys.json 或 keys.ring），或更换数据目录。",
			"the key ring is not the one of this data, whose sealed fields it cannot read; restore the ring that was backed up with it (keys.json or keys.ring), or use another data directory")
	}
	return run.Running{}, nil
}

// storeGone is said where a key ring of before stands beside a store that was
// never sealed with it: a store that went missing looks like a first start.
const storeGone = "密钥文件早于数据库存在：如果这里曾有数据，数据库文件可能已丢失；请停止服务，从备份恢复 store 目录。首次启动时自带密钥的，可忽略。" +
	" The key ring is older than the store: if there was data here its file may be lost; stop, and restore the folder store from backup. Where a ring was brought along for a first start, this is nothing."

// ring reads the key ring from the settings or the data directory. Where data
// has been sealed already, a missing ring is never replaced by a new one.
func (p *Program) ring(sealed bool) (secret.Ring, error) {
	if p.cfg.Keys.Ring != "" {
		return secret.ParseRing([]byte(p.cfg.Keys.Ring))
	}
	path := p.ringFile()
	if _, err := os.Stat(path); sealed && errors.Is(err, fs.ErrNotExist) {
		return secret.Ring{}, fault.New(fault.Unavailable, "key_ring_missing",
			"找不到密钥文件 "+path+"，而数据已用它加密。请从备份恢复该文件（不要新建，否则已加密的数据无法读取）。",
			"the key ring "+path+" is gone and the data is sealed with it; restore it from backup (a new ring cannot open existing data)")
	}
	return secret.LoadOrCreate(path)
}

func (p *Program) ringFile() string { return filepath.Join(p.cfg.Data, "keys.json") }

// leaveMark seals the word; of several processes that start together one does.
func (p *Program) leaveMark(ctx context.Context, marks *docstore.Collection[keyMark]) (docstore.Doc[keyMark], error) {
	sealed, err := p.box.Seal(keyMarkWord)
	if err != nil {
		return docstore.Doc[keyMark]{}, err
	}
	mark, err := marks.Insert(ctx, keyMarkID, keyMark{Sealed: sealed})
	if fault.Is(err, fault.Exists) {
		return marks.Get(ctx, keyMarkID)
	}
	return mark, err
}
