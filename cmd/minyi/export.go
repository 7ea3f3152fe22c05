package main

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"minyi/internal/fault"
	"minyi/internal/kit"
)

type exportCmd struct {
	What   string `arg:"" enum:"answers,scores,research,codebook" help:"answers 答卷, scores 得分, research 研究用匿名数据 (k-anonymous), codebook 编码说明."`
	Out    string `short:"o" placeholder:"FILE" help:"输出文件 File to write; .csv or .xlsx decides the format. - for standard output." default:"-"`
	Format string `enum:",csv,xlsx" default:"" help:"格式 csv or xlsx, whatever the file is called."`
	Method string `help:"评估方法 Method id, for scores."`
	sliceFlags
}

// Run writes answers or scores to a file.
func (e exportCmd) Run(c *command) error {
	format, err := e.format()
	if err != nil {
		return err
	}
	return c.download("/export/"+e.What+"."+format, e.query("method", e.Method), e.Out)
}

// format goes by --format, or else by the file's suffix; a file of another
// kind is not written under its name.
func (e exportCmd) format() (string, error) {
	suffix := strings.ToLower(filepath.Ext(e.Out))
	switch {
	case e.What == "codebook" && (e.Format == "xlsx" || e.Format == "" && suffix == ".xlsx"):
		return "", fault.New(fault.Invalid, "format_bad", "编码说明（codebook）只有 CSV；Excel 导出文件中已附有编码说明。", "the codebook is written as CSV only; Excel exports hold it as a sheet").On("format")
	case e.Format != "":
		return e.Format, nil
	case e.Out == "-":
		return "csv", nil
	case suffix == ".csv", suffix == ".xlsx":
		return suffix[1:], nil
	}
	return "", fault.New(fault.Invalid, "format_unknown", "无法从文件名判断格式：请用 .csv 或 .xlsx 作后缀，或用 --format 指明。", "the file's name does not tell its format: end it in .csv or .xlsx, or say --format").On("out")
}

type reportCmd struct {
	Out  string `short:"o" placeholder:"FILE" help:"输出文件 HTML file to write, ready to print." default:"minyi-report.html"`
	Lang string `default:"zh-CN" enum:"zh-CN,en" help:"语言 zh-CN or en."`
	sliceFlags
}

// Run writes the overview as one self-contained page.
func (r reportCmd) Run(c *command) error {
	if err := c.download("/report", r.query("lang", r.Lang), r.Out); err != nil {
		return err
	}
	if r.Out != "-" {
		c.printf("已写入 written: %s\n", r.Out)
	}
	return nil
}

// query gives the address form of the slice, with one more pair.
func (f sliceFlags) query(name, value string) url.Values {
	q := url.Values{}
	for k, v := range map[string]string{"unit": f.Unit, "audience": f.Audience, "from": f.From, "to": f.To, "campaign": f.Campaign, name: value} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return q
}

// download streams a staff page into a file. The file appears only when it is
// whole.
func (c *command) download(path string, q url.Values, out string) error {
	return c.asking(func(s *server) error {
		req, err := s.client.Request(c.ctx, http.MethodGet, path+"?"+q.Encode(), nil)
		if err != nil {
			return err
		}
		req.Header.Set("Accept", "*/*")
		client := *s.client.HTTP()
		client.Timeout = 0 // a year of answers takes longer than a page; the context bounds it
		resp, err := client.Do(req)
		if err != nil {
			return fault.New(fault.Unavailable, "server_unreachable", "无法连接服务。", "the server cannot be reached").With(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return kit.FaultOf(resp)
		}
		if out == "-" {
			_, err := io.Copy(c.out, resp.Body)
			return err
		}
		return writeWhole(out, resp.Body)
	})
}

func writeWhole(path string, from io.Reader) error {
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return fault.New(fault.Invalid, "file_unwritable", "无法写入 "+path+"，请检查目录与权限。", path+" cannot be written; check the folder and its permissions").With(err)
	}
	_, err = io.Copy(f, from)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(part)
		return fault.Wrap(err, "write "+path)
	}
	return os.Rename(part, path)
}
