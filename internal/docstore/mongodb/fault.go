package mongodb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// target is where the database is, for people, and what of its URI no message
// may hold.
type target struct {
	hosts    string
	database string
	secrets  []string
}

func targetOf(settings *options.ClientOptions, database string) target {
	t := target{hosts: strings.Join(settings.Hosts, ","), database: database}
	if settings.Auth == nil {
		return t
	}
	for _, s := range []string{settings.Auth.Password, settings.Auth.Username} {
		if len(s) > 3 { // a shorter one would blot out letters of every word
			t.secrets = append(t.secrets, s, url.QueryEscape(s), url.PathEscape(s))
		}
	}
	return t
}

func (t target) String() string { return t.hosts + "/" + t.database }

// scrub gives a driver's error without the credentials, in case it ever holds
// them. The original is not kept in the chain.
func (t target) scrub(err error) error {
	text := err.Error()
	for _, secret := range t.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return errors.New(text)
}

// Server error codes:
// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const (
	codeUnauthorized       = 13
	codeAuthentication     = 18
	codeCursorNotFound     = 43
	codeNamespaceExists    = 48
	codeMaxTimeExpired     = 50
	codeMajorityTimeout    = 64
	codeNoMajority         = 100
	codeCursorKilled       = 237
	codeBSONTooLarge       = 10334
	codeAtlasUnauthorized  = 8000
	codeOutOfDiskSpace     = 14031
	codeExceededDiskQuota  = 12501
	codeDocumentTooLargeUp = 17280
)

// fault gives a driver's error the form that the house decides by.
func (e *Engine) fault(ctx context.Context, err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, mongo.ErrClientDisconnected):
		return docstore.Closed()
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return context.Canceled
	case isAny(err, codeBSONTooLarge, codeDocumentTooLargeUp),
		strings.Contains(err.Error(), "too large") && !isUnreachable(err): // what is no MongoDB answers with nonsense lengths
		return fault.New(fault.TooLarge, "document_too_large", "单条记录过大，无法保存。", "the document is too large to store").With(e.target.scrub(err))
	case isAny(err, codeOutOfDiskSpace, codeExceededDiskQuota):
		return fault.New(fault.Unavailable, "disk_full",
			fmt.Sprintf("MongoDB（%s）磁盘空间不足，本次内容没有保存（已保存的不受影响）。请扩容或清理后重试。", e.target),
			fmt.Sprintf("MongoDB at %s is out of disk space and this was not stored (what was stored before is safe): make room and try again", e.target)).With(e.target.scrub(err))
	case isAny(err, codeUnauthorized, codeAuthentication, codeAtlasUnauthorized), strings.Contains(err.Error(), "auth error"):
		return fault.New(fault.Unavailable, "mongodb_auth",
			fmt.Sprintf("MongoDB（%s）拒绝了登录或操作。请检查 mongodb.uri 中的用户名、密码、authSource，以及该用户对数据库的读写权限。", e.target),
			fmt.Sprintf("MongoDB at %s refused the sign-in or the operation: check user, password and authSource in mongodb.uri, and that the user may read and write the database", e.target)).With(e.target.scrub(err))
	case mongo.IsTimeout(err), mongo.IsNetworkError(err), isUnreachable(err):
		return e.unreachable(err)
	}
	return fault.New(fault.Internal, "store_error", "数据存储出错，请联系管理员。", "the store failed").With(e.target.scrub(err))
}

func (e *Engine) unreachable(err error) error {
	return fault.New(fault.Unavailable, "mongodb_unreachable",
		fmt.Sprintf("无法连接 MongoDB（%s）。请确认服务已启动、mongodb.uri 中的主机和端口正确、网络和防火墙放行、副本集有主节点，然后重试。", e.target),
		fmt.Sprintf("cannot reach MongoDB at %s: check that it runs, that host and port in mongodb.uri are right, that the network lets it through and that the replica set has a primary, then try again", e.target)).With(e.target.scrub(err))
}

func badURI() error {
	return fault.New(fault.Invalid, "mongodb_uri",
		"mongodb.uri 或 mongodb.database 格式不正确。示例：mongodb://用户:密码@主机1:27017,主机2:27017/?replicaSet=rs0；密码中的特殊字符须做 URL 编码，数据库名不能含 / \\ . \" $ 和空格。",
		`mongodb.uri or mongodb.database is malformed. Example: mongodb://user:password@host1:27017,host2:27017/?replicaSet=rs0 with special characters of the password URL-encoded; a database name has no / \ . " $ or space`).On("mongodb.uri")
}

func isAny(err error, codes ...int) bool {
	var server mongo.ServerError
	if !errors.As(err, &server) {
		return false
	}
	for _, code := range codes {
		if server.HasErrorCode(code) {
			return true
		}
	}
	return false
}

// isUnreachable knows the errors of a topology that has no server for us, or
// lost the one that it had: the outcome of a write is then unknown, and trying
// again is right because ids and revisions arbitrate.
func isUnreachable(err error) bool {
	var server mongo.ServerError
	if errors.As(err, &server) {
		return server.HasErrorLabel("RetryableWriteError") || server.HasErrorLabel("RetryableError") ||
			isAny(err, codeMaxTimeExpired, codeMajorityTimeout, codeNoMajority)
	}
	text := err.Error()
	return strings.Contains(text, "server selection") || strings.Contains(text, "no reachable servers") ||
		strings.Contains(text, "connection")
}
