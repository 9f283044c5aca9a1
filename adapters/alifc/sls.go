// Events of a Log Service trigger: https://help.aliyun.com/document_detail/2513638.html
// Each describes a range of a shard and contains no log: receivers have to fetch the logs.

package alifc

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceSLS = "sls"

func isSLS(p *trigger.Payload) bool {
	return trigger.Shape{"source.projectName:text", "source.logstoreName:text", "source.shardId", "source.beginCursor:text", "source.endCursor:text"}.Fits(p.Members)
}

func sls(payload []byte, in core.Invocation) ([]core.Record, error) {
	event := gjson.ParseBytes(payload)
	from := event.Get("source")
	// After a failure, the same range is delivered again with the same cursors. For taskId, the documentation promises
	// less.
	id := draft.Hash(event.Get("jobName").String(), from.Get("shardId").String(), from.Get("beginCursor").String(), from.Get("endCursor").String())
	source := "acs:log:" + in.Region + ":" + in.Account + ":project/" + from.Get("projectName").String() + "/logstore/" + from.Get("logstoreName").String()
	e := draft.New(id, source, "sls:Logstore:ShardRange")
	e.Set("subject", "shard/"+from.Get("shardId").String())
	e.SetText("slstaskid", event.Get("taskId").String())
	e.Time(draft.Seconds(event.Get("cursorTime")))
	e.JSON(payload)
	return one(e, sourceSLS, payload, false), nil
}
