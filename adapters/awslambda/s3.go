// Notifications of S3: https://docs.aws.amazon.com/AmazonS3/latest/dev/notification-content-structure.html
// and their events: https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-s3.md

package awslambda

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceS3 = "s3"

func isS3(p *trigger.Payload) bool { return p.HasRecords("aws:s3", trigger.Shape{"eventName:text"}) }

// isS3Test reports whether a payload is the test message that S3 sends once to a notification's target. It contains no
// event.
func isS3Test(m draft.Members) bool {
	return trigger.Shape{"Service:text", "Event=s3:TestEvent", "Bucket:text"}.Fits(m)
}

func s3(payload []byte, _ core.Invocation) ([]core.Record, error) {
	return s3Records(gjson.GetBytes(payload, "Records")), nil
}

func s3Records(list gjson.Result) []core.Record {
	var records []core.Record
	for _, r := range list.Array() {
		records = append(records, s3Record(r))
	}
	return records
}

func s3Record(r gjson.Result) core.Record {
	name := strings.TrimPrefix(r.Get("eventName").String(), "s3:")
	bucket := r.Get("s3.bucket.name").String()
	id, derived := s3ID(r, name)
	e := draft.New(id, r.Get("eventSource").String()+"."+r.Get("awsRegion").String()+"."+bucket, "com.amazonaws.s3."+name)
	raw, key := withKey(r)
	e.SetText("subject", key)
	e.Time(draft.Timestamp(r.Get("eventTime")))
	e.JSON(raw)
	record := arrival{ingress: byARN(r.Get("s3.bucket.arn"), sourceS3)}.record(e, r.Raw)
	record.DerivedID = derived
	return record
}

// withKey decodes the key of an object, which S3 encodes as a form does and EventBridge does not, in a record and
// separately. A key that is not encoded in this way stays unchanged.
func withKey(r gjson.Result) (raw []byte, key string) {
	v := gjson.Get(r.Raw, "s3.object.key") // its index refers to the record
	key, err := url.QueryUnescape(v.String())
	if err != nil || key == v.Str || v.Type != gjson.String || !utf8.ValidString(key) {
		return []byte(r.Raw), v.String()
	}
	text, err := json.Marshal(key)
	if err != nil {
		panic(err) // a string always encodes
	}
	return slices.Concat([]byte(r.Raw[:v.Index]), text, []byte(r.Raw[v.Index+len(v.Raw):])), key
}

// s3ID returns the request's id, as the adapter document says. A request other than an upload may be about many objects,
// each with its own event. Their ids end with the object's sequencer, or with a hash if there is no sequencer.
func s3ID(r gjson.Result, name string) (id string, derived bool) {
	request, host := r.Get("responseElements.x-amz-request-id").String(), r.Get("responseElements.x-amz-id-2").String()
	key, sequencer := r.Get("s3.object.key").String(), r.Get("s3.object.sequencer").String()
	switch {
	case request == "":
		return draft.Hash(name, r.Get("s3.bucket.name").String(), key, sequencer, r.Get("eventTime").String()), true
	case strings.HasPrefix(name, "ObjectCreated:"):
		return request + "." + host, false
	case sequencer != "":
		return request + "." + host + "." + sequencer, false
	}
	return request + "." + host + "." + draft.Hash(name, key), false
}
