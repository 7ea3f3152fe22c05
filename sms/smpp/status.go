package smpp

import (
	"fmt"
	"time"

	"github.com/linxGnu/gosmpp/data"

	"minyi/sms"
)

// statusNames names the command_status values that operators meet.
var statusNames = map[uint32][2]string{
	uint32(data.ESME_RINVMSGLEN):    {"短信长度不被接受", "invalid message length"},
	uint32(data.ESME_RINVBNDSTS):    {"会话状态不正确", "incorrect bind status"},
	uint32(data.ESME_RALYBND):       {"账号已在别处登录", "already bound"},
	uint32(data.ESME_RSYSERR):       {"网关系统错误", "system error at the SMSC"},
	uint32(data.ESME_RINVSRCADR):    {"接入号不被接受", "invalid source address"},
	uint32(data.ESME_RINVDSTADR):    {"目的号码不被接受", "invalid destination address"},
	uint32(data.ESME_RBINDFAIL):     {"登录失败", "bind failed"},
	uint32(data.ESME_RINVPASWD):     {"密码错误", "invalid password"},
	uint32(data.ESME_RINVSYSID):     {"账号错误", "invalid system_id"},
	uint32(data.ESME_RMSGQFUL):      {"网关队列已满", "message queue full"},
	uint32(data.ESME_RINVSYSTYP):    {"system_type 错误", "invalid system_type"},
	uint32(data.ESME_RSUBMITFAIL):   {"网关拒绝了提交", "submit failed"},
	uint32(data.ESME_RTHROTTLED):    {"超出速率", "throttled"},
	uint32(data.ESME_RX_T_APPN):     {"网关临时故障", "temporary error at the SMSC"},
	uint32(data.ESME_RPROVNOTALLWD): {"未开通该业务", "provisioning not allowed"},
}

func statusText(status uint32) string {
	if name, ok := statusNames[status]; ok {
		return fmt.Sprintf("0x%02x %s", status, name[1])
	}
	return fmt.Sprintf("0x%02x", status)
}

func code(status uint32) string { return fmt.Sprintf("smpp 0x%02x", status) }

// refusal turns a command_status into what it means for the message.
func refusal(status uint32) *sms.SubmitError {
	name, ok := statusNames[status]
	if !ok {
		name = [2]string{"网关拒绝", "refused by the SMSC"}
	}
	e := &sms.SubmitError{Outcome: sms.OutcomeRefused, Code: code(status), ZH: name[0] + "。", EN: name[1]}
	switch data.CommandStatusType(status) {
	case data.ESME_RTHROTTLED:
		e.Outcome, e.LineTrouble, e.After = sms.OutcomeRetry, true, time.Second
	case data.ESME_RMSGQFUL:
		e.Outcome, e.LineTrouble, e.After = sms.OutcomeRetry, true, 5*time.Second
	case data.ESME_RINVBNDSTS:
		e.Outcome, e.LineTrouble, e.After = sms.OutcomeRetry, true, time.Second
	case data.ESME_RSYSERR, data.ESME_RX_T_APPN:
		e.Outcome, e.After = sms.OutcomeRetry, 30*time.Second
	}
	return e
}
