package docstore

import (
	"errors"

	"minyi/internal/fault"
)

// Unchanged is returned by a change function to leave the document as it is;
// the caller of Update, Put and their bulk forms does not see it.
var Unchanged = errors.New("docstore: leave unchanged") //nolint:staticcheck // reads as a verdict: return docstore.Unchanged

// MaxBody is the largest body in bytes of JSON. MongoDB ends a document at
// 16 MiB of BSON, which is a little wordier; what fits one engine fits both.
const MaxBody = 14 << 20

const maxID = 512 // bytes

func exists(collection string) error {
	return fault.New(fault.Exists, "exists", "该编号的记录已经存在。", "a document with this id exists already").On(collection)
}

func notFound(collection string) error {
	return fault.New(fault.NotFound, "not_found", "没有找到该记录，可能已被删除。", "there is no such document").On(collection)
}

func conflict(collection string) error {
	return fault.New(fault.Conflict, "conflict", "该记录刚被他人修改，请刷新后重试。", "the document was changed by someone else, read it again").On(collection)
}

func badID() error {
	return fault.New(fault.Invalid, "id_bad", "编号须为 1–512 字节的有效 UTF-8 文本，且不含空字符。", "an id must be 1 to 512 bytes of valid UTF-8 without NUL").On("id")
}

func badCursor() error {
	return fault.New(fault.Invalid, "cursor_bad", "翻页位置无效，请从第一页重新开始。", "this page cursor does not belong to this list, start from the first page").On("after")
}

func badQuery() error {
	return fault.New(fault.Invalid, "query_bad", "查询条件含有无效字符，请改正后重试。", "the query is not valid UTF-8, correct it and try again").On("query")
}

func tooLarge(collection string) error {
	return fault.New(fault.TooLarge, "document_too_large", "单条记录超过 14 MB，无法保存；请拆分后再试。", "the document is over 14 MB, split it").On(collection)
}

// defect is a mistake in our own code.
func defect(what string) error {
	return fault.New(fault.Internal, "docstore_misuse", "系统内部错误，请联系管理员。", what)
}

// Closed is the fault of a store that is used after its Close.
func Closed() error {
	return fault.New(fault.Unavailable, "store_closed", "服务正在停止，请稍后再试。", "the store is closed, the service is stopping")
}
