// Changes of DocumentDB: https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html

package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceDocumentDB = "documentdb"

func isDocumentDB(p *trigger.Payload) bool {
	return trigger.Shape{"eventSource=aws:docdb", "events:list"}.Fits(p.Members)
}

func documentDB(payload []byte, _ core.Invocation) ([]core.Record, error) {
	v := gjson.ParseBytes(payload)
	arn := v.Get("eventSourceArn")
	var records []core.Record
	for _, element := range v.Get("events").Array() {
		change := element.Get("event")
		e := draft.New(change.Get("_id._data").String(), arn.String(), "com.amazonaws.docdb."+change.Get("operationType").String())
		e.SetText("subject", change.Get("ns.db").String()+"."+change.Get("ns.coll").String())
		e.Time(draft.Seconds(change.Get("clusterTime.$timestamp.t")))
		e.JSON([]byte(change.Raw))
		records = append(records, arrival{ingress: byARN(arn, sourceDocumentDB)}.record(e, element.Raw))
	}
	return records, nil
}
