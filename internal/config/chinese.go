package config

import (
	"fmt"
	"strings"
)

// problem is one thing wrong with the settings, in both languages.
type problem struct{ zh, en string }

// fail notes a problem by its English wording; chinese has the other.
func (l *loader) fail(format string, args ...any) {
	local, ok := chinese[format]
	if !ok {
		local = format
	}
	l.wrong = append(l.wrong, problem{zh: fmt.Sprintf(local, inChinese(args)...), en: fmt.Sprintf(format, args...)})
}

// inChinese words those arguments that are wordings themselves.
func inChinese(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a
		text := fmt.Sprint(a)
		if local, ok := chinese[text]; ok {
			out[i] = local
		} else if name, ok := strings.CutPrefix(text, " (did you mean "); ok {
			out[i] = "（是否应为 " + strings.TrimSuffix(name, "?)") + "？）"
		}
	}
	return out
}

// told joins all problems, one a line.
func told(wrong []problem, of func(problem) string) string {
	lines := make([]string, len(wrong))
	for i, p := range wrong {
		lines[i] = of(p)
	}
	return strings.Join(lines, "\n  ")
}

// chinese holds every wording of a problem; a test finds what is missing.
var chinese = map[string]string{
	"staff.listen: must differ from public.listen: the staff door must not be the public one": "staff.listen：不能与 public.listen 相同，工作人员端不得与群众端共用入口",
	"peers.token: needed (16 characters or more) where %s is set":                             "peers.token：设置了 %s 时必须填写（至少 16 个字符）",
	"sms.lease: must be at least three times sms.answer_within, which must be 1s or more":     "sms.lease：至少为 sms.answer_within 的三倍，后者不少于 1s",
	"hotline.name: 1 to 20 characters without 【】, which the carrier adds around it":           "hotline.name：1 到 20 个字，不含【】（由运营商加上）",
	"sms.keep: must be 3600h or more: who sent what to whom has to be kept for five months":   "sms.keep：不少于 3600h，收发记录须保存五个月",
	"data: must not be empty": "data：不能为空",
	"charts.min_group: must be 2 or more: a group of one is a person": "charts.min_group：不少于 2，一人成组即可识别",
	"%s: must be 1 or more":                                                  "%s：不少于 1",
	"%s: must not be negative":                                               "%s：不能为负",
	"%s: must be host:port or :port":                                         "%s：应为 主机:端口 或 :端口",
	"%s: must be http://host[:port] or https://host[:port]":                  "%s：应为 http://主机[:端口] 或 https://主机[:端口]",
	"%s: must be one of %s":                                                  "%s：只能是 %s 之一",
	"%s: needed by the chosen carrier":                                       "%s：所选通道必须填写",
	"%s: must be later than %s":                                              "%s：须晚于 %s",
	"%s: must be windows of the day, in order, like 09:00-12:00,14:00-20:00": "%s：应为依次排列的时段，如 09:00-12:00,14:00-20:00",
	"voice.keep_recorded: must be at most 720h: the announcement promises deletion after thirty days": "voice.keep_recorded：不得超过 720h，因为提示音承诺三十天后删除",
	"%s: must be a time of day like 08:30": "%s：应为时刻，如 08:30",
	"%s%s: unknown setting%s":              "%s%s：没有这项配置%s",
	"%s: cannot be read: %v":               "%s：无法读取（%v）",
	"%s: not UTF-8 text; save it as UTF-8": "%s：不是 UTF-8 文本，请另存为 UTF-8",
	"%s: not YAML: %s":                     "%s：不是有效的 YAML（%s）",
	"%s: no setting has this variable%s":   "%s：没有对应这个环境变量的配置%s",
	"%s: file %s cannot be read: %v":       "%s：文件 %s 无法读取（%v）",
	"%s: %v":                               "%s：%v",
	"%sname: every account needs a name of its own, other than sandbox":                                      "%sname：每个账号须有各自的名称，且不能为 sandbox",
	"must be a list of accounts, each with name and addr and system_id; in JSON where it is not in the file": "应为账号列表，每个有 name、addr 与 system_id；不写在文件里时用 JSON",
	"%sname: every trunk needs a name of its own":                                                            "%sname：每条线路须有各自的名称",
	"%scaller: needed: the number shown to the called person":                                                "%scaller：必须填写，即被叫看到的号码",
	"%suser: a trunk that registers needs a user and a password":                                             "%suser：需要注册的线路须填用户名和密码",
	"%smax_calls and %sper_second: must be 1 or more":                                                        "%smax_calls 与 %sper_second：不少于 1",
	"%srtp_to: the range must hold two ports for each of %smax_calls":                                        "%srtp_to：端口范围须容纳 %smax_calls 每路两个端口",
	"%stls_key: a certificate and its key go together":                                                       "%stls_key：证书与私钥须同时给出",
	"must be a whole number":            "应为整数",
	"must be true or false":             "应为 true 或 false",
	"must be a duration like 15s or 2m": "应为时长，如 15s 或 2m",
	"must be a list of trunks, each with name and server; in JSON where it is not in the file": "应为线路列表，每条有 name 与 server；不写在文件里时用 JSON",
	"no such file or directory": "没有这个文件",
	"is a directory":            "这是目录",
	"permission denied":         "没有权限",
}
