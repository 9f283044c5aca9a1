// Subscriptions of CloudWatch Logs: https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html

package awslambda

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceLogs = "logs"

// maxUnpacked limits the unpacked size, because a few bytes of gzip may expand to any size.
const maxUnpacked = 32 << 20

func isLogs(p *trigger.Payload) bool { return trigger.Shape{"awslogs.data:text"}.Fits(p.Members) }

func logs(payload []byte, in core.Invocation) ([]core.Record, error) {
	data, err := base64.StdEncoding.DecodeString(gjson.GetBytes(payload, "awslogs.data").String())
	if err != nil {
		return nil, draft.Refusal("awslogs.data is not base64")
	}
	records, ok := logsIn(data, in)
	if !ok {
		return nil, draft.Refusal("awslogs.data is not the gzip of a JSON object, or unpacks to more than 32 MiB")
	}
	return records, nil
}

// logsIn unpacks a batch of log events: one event for all of them, and none for a test message of CloudWatch Logs. ok is
// false if the data is not such a batch.
func logsIn(data []byte, in core.Invocation) (records []core.Record, ok bool) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, false
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	if err != nil || len(raw) > maxUnpacked || !isJSONObject(string(raw)) {
		return nil, false
	}
	v := gjson.ParseBytes(raw)
	switch v.Get("messageType").Str {
	case "CONTROL_MESSAGE":
		return nil, true
	case "DATA_MESSAGE":
	default:
		return nil, false
	}
	source := "arn:aws:logs:" + in.Region + ":" + v.Get("owner").String() + ":log-group:" + v.Get("logGroup").String()
	e := draft.New(v.Get("logEvents.0.id").String(), source, "com.amazonaws.logs.logevents")
	e.SetText("subject", v.Get("logStream").String())
	e.Time(draft.Milliseconds(v.Get("logEvents.0.timestamp")))
	e.JSON(raw)
	return []core.Record{arrival{ingress: ingress(sourceLogs)}.record(e, v.Raw)}, true
}
