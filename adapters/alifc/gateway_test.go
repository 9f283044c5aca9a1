package alifc

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/core"
)

// API Gateway passes a body on as it was sent. Its type is determined as at an inlet.
func TestBodiesBehindAPIGateway(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(`{"a":1}`)) // writing to memory cannot fail
	w.Close()
	for name, c := range map[string]struct {
		coding, mediaType, body string
		data                    string
		status                  int64
	}{
		"gzip":             {"gzip", "application/json", b.String(), `{"a":1}`, 204},
		"mark":             {"", "application/json", "\ufeff[1]", `[1]`, 204},
		"gbk":              {"", "text/plain; charset=gbk", "\xc4\xe3", "你", 204},
		"JSON as a form":   {"", "application/x-www-form-urlencoded", "[1]", "[1]", 204},
		"unknown coding":   {"snappy", "text/plain", "a", "", 415},
		"unknown charset":  {"", "text/plain; charset=klingon", "a", "", 415},
		"not its charset":  {"", "text/plain; charset=utf-8", "\xff", "", 400},
		"not gzip":         {"gzip", "text/plain", "a", "", 400},
		"half a character": {"", "application/json; charset=utf-16", "[", "", 400},
	} {
		payload := fmt.Appendf(nil, `{"path":"/a","httpMethod":"POST","headers":{"Content-Type":%q,"Content-Encoding":%q},"queryParameters":{},"body":%q,"isBase64Encoded":true}`,
			c.mediaType, c.coding, base64.StdEncoding.EncodeToString([]byte(c.body)))
		var got []core.Record
		answer, err := New(deliverInto(&got), nil).Invoke(t.Context(), payload)
		if status := gjson.GetBytes(answer, "statusCode").Int(); err != nil || status != c.status {
			t.Errorf("%s: %s, %v; want %d", name, answer, err, c.status)
		}
		if c.status == 204 && (len(got) != 1 || string(got[0].Event.Data()) != c.data) {
			t.Errorf("%s: %v, want %q", name, got, c.data)
		}
		if c.status != 204 && len(got) != 0 {
			t.Errorf("%s: delivered %v", name, got)
		}
	}
}

func deliverInto(got *[]core.Record) core.Deliverer {
	return func(_ context.Context, records []core.Record) []core.Result {
		*got = append(*got, records...)
		results := make([]core.Result, len(records))
		for i, r := range records {
			results[i] = core.Result{Record: r, Outcome: core.Dropped, Err: r.Err}
		}
		return results
	}
}
