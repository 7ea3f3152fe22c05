package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// fault gives a driver's error the form that the house decides by.
func (e *Engine) fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && (troubleOf(err) == troubleStopped || errors.Is(err, ctx.Err())) {
		return ctx.Err()
	}
	if errors.Is(err, sql.ErrConnDone) || err.Error() == "sql: database is closed" {
		return closedStore()
	}
	return refine(e.path(), err)
}

func refine(path string, err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	switch troubleOf(err) {
	case troubleFull:
		return fault.New(fault.Unavailable, "disk_full",
			fmt.Sprintf("磁盘空间不足，本次内容没有保存（已保存的不受影响）。请清理 %s 所在磁盘后重试。", path),
			fmt.Sprintf("the disk is full and this was not stored (what was stored before is safe): free space on the disk of %s and try again", path)).With(err)
	case troubleDisk:
		return fault.New(fault.Unavailable, "disk_error",
			fmt.Sprintf("读写 %s 失败。请检查磁盘和文件系统后重启服务。", path),
			fmt.Sprintf("reading or writing %s failed: check the disk and its file system, then restart", path)).With(err)
	case troubleDamaged:
		return damaged(path, "").With(err)
	case troubleForeign:
		return foreign(path).With(err)
	case troubleAccess:
		return unusable(path, err)
	case troubleBusy:
		return fault.New(fault.Unavailable, "store_busy",
			fmt.Sprintf("%s 正被其他程序锁定。请关闭正在打开它的数据库工具后重试。", path),
			fmt.Sprintf("another program holds a lock on %s: close the database tool that has it open and try again", path)).With(err)
	case troubleBig:
		return fault.New(fault.TooLarge, "document_too_large", "单条记录过大，无法保存。", "the document is too large to store").With(err)
	}
	return fault.New(fault.Internal, "store_error", "数据存储出错，请联系管理员。", "the store failed").With(err)
}

func unusable(path string, cause error) error {
	return fault.New(fault.Unavailable, "data_dir_unusable",
		fmt.Sprintf("无法读写 %s。请检查该目录是否存在、所在磁盘是否只读，并确认运行本程序的用户有读写权限。", path),
		fmt.Sprintf("cannot read and write %s: check that it is a directory on a writable disk and that the user of this process may read and write it", path)).With(cause)
}

func damaged(path, detail string) *fault.Error {
	f := fault.New(fault.Unavailable, "store_damaged",
		fmt.Sprintf("数据文件 %s 已损坏或不完整，程序没有改动它。请先把整个目录复制一份，再用最近的备份恢复后启动。", path),
		fmt.Sprintf("the data file %s is damaged or incomplete and was left as it is: copy the whole directory aside, then restore the latest backup and start again", path))
	if detail != "" {
		f = f.With(errors.New(detail))
	}
	return f
}

func foreign(path string) *fault.Error {
	return fault.New(fault.Unavailable, "store_foreign",
		fmt.Sprintf("%s 不是本程序的数据文件，程序没有改动它。请换一个数据目录，或移走该文件。", path),
		fmt.Sprintf("%s is not a data file of minyi and was left as it is: choose another data directory or move the file away", path))
}

func newer(path string, found, known int) error {
	return fault.New(fault.Unavailable, "store_newer",
		fmt.Sprintf("数据文件 %s 由更新版本的程序写成（格式 %d，本程序最高支持 %d）。请升级本程序后再启动。", path, found, known),
		fmt.Sprintf("the data file %s was written by a newer minyi (format %d, this one knows up to %d): upgrade minyi", path, found, known))
}

func closedStore() error { return docstore.Closed() }
