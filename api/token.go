package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// Token is what is known of a staff token. The token itself is shown once and
// never stored.
type Token struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Tenant  minyi.TenantID `json:"tenant"`
	Created time.Time      `json:"created"`
	Revoked time.Time      `json:"revoked,omitzero"`
}

// tokenDoc is api_tokens: the id is the token's first part.
type tokenDoc struct {
	Name    string         `json:"name"`
	Hash    string         `json:"hash"` // SHA-256 of the secret, which has 130 random bits: no salt or stretching is needed
	Tenant  minyi.TenantID `json:"tenant"`
	Created time.Time      `json:"created"`
	Revoked time.Time      `json:"revoked,omitzero"`
}

func (d tokenDoc) token(id string) Token {
	return Token{ID: id, Name: d.Name, Tenant: d.Tenant, Created: d.Created, Revoked: d.Revoked}
}

// Tokens keeps staff tokens.
type Tokens struct {
	col   *docstore.Collection[tokenDoc]
	clock clock.Clock
}

// OpenTokens opens the collection of tokens.
func OpenTokens(ctx context.Context, db *docstore.DB, c clock.Clock) (*Tokens, error) {
	col, err := docstore.Open[tokenDoc](ctx, db, "api_tokens")
	if err != nil {
		return nil, err
	}
	return &Tokens{col: col, clock: c}, nil
}

// New makes a token and gives its text, the only time that it is shown.
func (t *Tokens) New(ctx context.Context, tenant minyi.TenantID, name string) (text string, tok Token, err error) {
	if name = strings.TrimSpace(name); name == "" || len(name) > 80 {
		return "", Token{}, fault.New(fault.Invalid, "token_name", "请给令牌起一个名称（1 到 80 字节），以便日后辨认和吊销。", "name the token (1 to 80 bytes), so that it can be told apart and revoked later").On("name")
	}
	return t.insert(ctx, strings.ToLower(rand.Text()[:8]), tenant, name)
}

func (t *Tokens) insert(ctx context.Context, id string, tenant minyi.TenantID, name string) (text string, tok Token, err error) {
	secret := rand.Text()
	doc := tokenDoc{Name: name, Hash: hash(secret), Tenant: tenant, Created: t.clock.Now()}
	if _, err := t.col.Insert(ctx, id, doc); err != nil {
		return "", Token{}, fault.Wrap(err, "store token")
	}
	return "minyi_" + id + "_" + secret, doc.token(id), nil
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

var errToken = fault.New(fault.Unauthorized, "token_bad",
	"需要有效的工作人员令牌。请用启动时显示的登录链接，或运行 minyi token new 新建。",
	"a valid staff token is needed; use the sign-in link shown at start, or make one with: minyi token new")

// Check gives the token whose text is given; Unauthorized when it is unknown,
// wrong or revoked.
func (t *Tokens) Check(ctx context.Context, text string) (Token, error) {
	rest, ok := strings.CutPrefix(text, "minyi_")
	id, secret, cut := strings.Cut(rest, "_")
	if !ok || !cut || id == "" || len(text) > 100 {
		return Token{}, errToken
	}
	doc, err := t.col.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return Token{}, errToken
	}
	if err != nil {
		return Token{}, err
	}
	if subtle.ConstantTimeCompare([]byte(doc.Body.Hash), []byte(hash(secret))) != 1 || !doc.Body.Revoked.IsZero() {
		return Token{}, errToken
	}
	return doc.Body.token(id), nil
}

// byID gives a token that still stands, for a session that was opened with it.
func (t *Tokens) byID(ctx context.Context, id string) (Token, error) {
	doc, err := t.col.Get(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && !doc.Body.Revoked.IsZero() {
		return Token{}, errToken
	}
	return doc.Body.token(id), err
}

// Revoke ends a token and every session opened with it.
func (t *Tokens) Revoke(ctx context.Context, id string) (Token, error) {
	doc, err := t.col.Update(ctx, id, func(d *tokenDoc) error {
		if !d.Revoked.IsZero() {
			return docstore.Unchanged
		}
		d.Revoked = t.clock.Now()
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return Token{}, fault.New(fault.NotFound, "no_token", "没有这个令牌，请用 minyi token list 查看编号。", "there is no such token; see minyi token list").On("id")
	}
	return doc.Body.token(id), err
}

// List gives every token ever made, revoked ones too.
func (t *Tokens) List(ctx context.Context) ([]Token, error) {
	tokens := []Token{}
	for doc, err := range t.col.Find(ctx, docstore.Query{}) {
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, doc.Body.token(doc.ID))
	}
	return tokens, nil
}

// First makes the installation's first token where there is none yet, and ""
// where there is one. Its id is fixed, so that of several processes that start
// together one alone makes it.
func (t *Tokens) First(ctx context.Context) (string, error) {
	for _, err := range t.col.Find(ctx, docstore.Query{Limit: 1}) {
		return "", err
	}
	text, _, err := t.insert(ctx, "first", minyi.DefaultTenant, "first start")
	if fault.Is(err, fault.Exists) {
		return "", nil
	}
	return text, err
}
