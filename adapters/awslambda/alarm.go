// Actions of CloudWatch alarms: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html

package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceAlarm = "alarm"

func isAlarm(p *trigger.Payload) bool {
	return trigger.Shape{"alarmArn:text", "alarmData.alarmName:text"}.Fits(p.Members)
}

func alarm(payload []byte, _ core.Invocation) ([]core.Record, error) {
	v := gjson.ParseBytes(payload)
	arn, data := v.Get("alarmArn"), v.Get("alarmData")
	e := draft.New(arn.String()+"."+data.Get("state.timestamp").String(), arn.String(), "com.amazonaws.cloudwatch.alarm")
	e.SetText("subject", data.Get("alarmName").String())
	e.Set("awsaccount", v.Get("accountId").String())
	e.Set("awsregion", v.Get("region").String())
	e.Time(draft.Timestamp(v.Get("time")))
	e.JSON([]byte(v.Raw))
	return []core.Record{arrival{ingress: byARN(arn, sourceAlarm)}.record(e, v.Raw)}, nil
}
