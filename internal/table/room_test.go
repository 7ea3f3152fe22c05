package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"minyi/internal/fault"
)

func TestBombsAndLeftovers(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	if _, err := Open(bytes.NewReader(bomb(t, 64<<20))); err == nil || fault.As(err).Code != "file_bomb" {
		t.Errorf("64 MiB out of little: %v", err)
	}
	large, err := Open(bytes.NewReader(bomb(t, 20<<20))) // above what is kept in memory, below a bomb
	if err != nil {
		t.Fatal(err)
	}
	if left := rooms(t); len(left) != 1 {
		t.Fatalf("while a large sheet is read there are %v", left)
	}
	past := time.Now().Add(-2 * settling)
	if err := os.Chtimes(rooms(t)[0], past, past); err != nil {
		t.Fatal(err)
	}
	ClearRooms()
	if left := rooms(t); len(left) != 1 {
		t.Error("the room of an import under way was cleared")
	}
	if err := large.Close(); err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(os.TempDir(), "minyi-sheets-1")
	if err := os.Mkdir(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(dead, past, past); err != nil {
		t.Fatal(err)
	}
	ClearRooms()
	if left := rooms(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func rooms(t *testing.T) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(os.TempDir(), roomPattern))
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// bomb is a workbook whose sheet unpacks to so many bytes of one cell.
func bomb(t *testing.T, size int) []byte {
	t.Helper()
	book, err := zip.NewReader(bytes.NewReader(workbook(t)), int64(len(workbook(t))))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range book.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			text = bytes.Replace(text, []byte("</sheetData>"), []byte("<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>"+strings.Repeat(" ", size)+"</t></is></c></row></sheetData>"), 1)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func workbook(t testing.TB) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range [][]any{{"工单编号", "联系电话"}, {"A-1", 13800138000}, {"A-2", "13900139000"}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
