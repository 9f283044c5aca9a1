package functions_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"sendbridge/adapters/alifc"
	"sendbridge/adapters/awslambda"
	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// waysIn are the ingresses that accept a whole CloudEvent. Each gets the bridge's Deliver and the event, and returns an
// error if the answer does not acknowledge the event.
var waysIn = map[string]func(ctx context.Context, deliver core.Deliverer, event []byte) error{
	"webhook, structured": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return postTo(webhook.New(deliver, nil), structuredRequest(string(event)))
	},
	"webhook, batch": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		r := structuredRequest("[" + string(event) + "]")
		r.Header.Set("Content-Type", "application/cloudevents-batch+json")
		return postTo(webhook.New(deliver, nil), r)
	},
	"webhook, gzip": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		r := structuredRequest(zipped(event))
		r.Header.Set("Content-Encoding", "gzip")
		return postTo(webhook.New(deliver, nil), r)
	},
	"webhook, UTF-16": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return postTo(webhook.New(deliver, nil), structuredRequest(inUTF16(event)))
	},
	"webhook, GB18030": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		text, err := simplifiedchinese.GB18030.NewEncoder().String(string(event))
		if err != nil {
			return err
		}
		r := structuredRequest(text)
		r.Header.Set("Content-Type", "application/cloudevents+json; charset=gb18030")
		return postTo(webhook.New(deliver, nil), r)
	},
	"lambda, with a byte order mark": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaLambda(ctx, deliver, []byte("\ufeff"+string(event)))
	},
	"lambda, in SQS with a byte order mark": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaLambda(ctx, deliver, inSQS([]byte("\ufeff"+string(event))))
	},
	"lambda, function URL, gzip": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaLambda(ctx, deliver, fmt.Appendf(nil, `{"version":"2.0","rawPath":"/","headers":{"content-type":"application/cloudevents+json","content-encoding":"gzip"},"requestContext":{"domainName":"abc.lambda-url.us-east-1.on.aws","http":{"method":"POST","path":"/"}},"body":"%s","isBase64Encoded":true}`, base64.StdEncoding.EncodeToString([]byte(zipped(event)))))
	},
	"lambda, as it is": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaLambda(ctx, deliver, event)
	},
	"lambda, in SQS": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaLambda(ctx, deliver, inSQS(event))
	},
	"lambda, in SQS of partial batches": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		h := awslambda.New(deliver, &awslambda.Options{PartialBatch: []string{"sqs"}})
		return acknowledged(h.Invoke(ctx, inSQS(event)))
	},
	"lambda, function URL": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaLambda(ctx, deliver, fmt.Appendf(nil, `{"version":"2.0","routeKey":"$default","rawPath":"/","rawQueryString":"","headers":{"content-type":"application/cloudevents+json"},"requestContext":{"accountId":"anonymous","domainName":"abc.lambda-url.us-east-1.on.aws","http":{"method":"POST","path":"/","protocol":"HTTP/1.1","sourceIp":"192.0.2.1"},"requestId":"r-1","stage":"$default"},"body":%s,"isBase64Encoded":false}`, quote(event)))
	},
	"fc, as it is": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, event)
	},
	"fc, event stream": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, []byte("["+string(event)+"]"))
	},
	"fc, event stream of strings": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, []byte("["+quote(event)+"]"))
	},
	"fc, with a byte order mark": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, []byte("\ufeff"+string(event)))
	},
	"fc, event stream of strings with byte order marks": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, []byte("["+quote([]byte("\ufeff"+string(event)))+"]"))
	},
	"fc, HTTP trigger, UTF-16": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, fmt.Appendf(nil, `{"version":"v1","rawPath":"/","headers":{"Content-Type":"application/cloudevents+json"},"queryParameters":{},"body":"%s","isBase64Encoded":true,"requestContext":{"http":{"method":"POST","path":"/"}}}`, base64.StdEncoding.EncodeToString([]byte(inUTF16(event)))))
	},
	"fc, API gateway, gzip": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, fmt.Appendf(nil, `{"path":"/","httpMethod":"POST","headers":{"Content-Type":"application/cloudevents+json","Content-Encoding":"gzip"},"queryParameters":{},"pathParameters":{},"body":"%s","isBase64Encoded":true}`, base64.StdEncoding.EncodeToString([]byte(zipped(event)))))
	},
	"fc, HTTP trigger": func(ctx context.Context, deliver core.Deliverer, event []byte) error {
		return viaFC(ctx, deliver, fmt.Appendf(nil, `{"version":"v1","rawPath":"/","headers":{"Content-Type":"application/cloudevents+json"},"queryParameters":{},"body":%s,"isBase64Encoded":false,"requestContext":{"accountId":"1234567890123456","domainName":"x.cn-hangzhou.fcapp.run","domainPrefix":"x","http":{"method":"POST","path":"/","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"t"},"requestId":"r-1","time":"2026-01-31T12:00:00Z","timeEpoch":"1769860800000"}}`, quote(event)))
	},
}

// headerWays are the ingresses that take attributes separately from the data.
var headerWays = map[string]func(ctx context.Context, deliver core.Deliverer, attributes map[string]string) error{
	"webhook, binary": func(ctx context.Context, deliver core.Deliverer, attributes map[string]string) error {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"a":1}`))
		r.Header.Set("Content-Type", "application/json")
		for name, value := range attributes {
			r.Header.Set("ce-"+name, url.PathEscape(value))
		}
		return postTo(webhook.New(deliver, nil), r)
	},
	"webhook, structured": func(ctx context.Context, deliver core.Deliverer, attributes map[string]string) error {
		return postTo(webhook.New(deliver, nil), structuredRequest(string(withData(attributes))))
	},
	"fc, as it is": func(ctx context.Context, deliver core.Deliverer, attributes map[string]string) error {
		return viaFC(ctx, deliver, withData(attributes))
	},
	"lambda, as it is": func(ctx context.Context, deliver core.Deliverer, attributes map[string]string) error {
		return viaLambda(ctx, deliver, withData(attributes))
	},
	"lambda, attributes of an SQS message": func(ctx context.Context, deliver core.Deliverer, attributes map[string]string) error {
		list := map[string]any{"content-type": map[string]string{"dataType": "String", "stringValue": "application/json"}}
		for name, value := range attributes {
			list["ce-"+name] = map[string]string{"dataType": "String", "stringValue": value}
		}
		encoded, err := json.Marshal(list)
		if err != nil {
			return err
		}
		message := strings.Replace(string(inSQS([]byte(`{"a":1}`))), `"messageAttributes":{}`, `"messageAttributes":`+string(encoded), 1)
		return viaLambda(ctx, deliver, []byte(message))
	},
}

// withData returns an event in the JSON format.
func withData(attributes map[string]string) []byte {
	members := map[string]any{"datacontenttype": "application/json", "data": map[string]int{"a": 1}}
	for name, value := range attributes {
		members[name] = value
	}
	encoded, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return encoded
}

func zipped(event []byte) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(event) // writing to memory cannot fail
	w.Close()
	return b.String()
}

// inUTF16 encodes text as UTF-16 with a byte order mark.
func inUTF16(event []byte) string {
	text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(string(event))
	if err != nil {
		panic(err)
	}
	return text
}

func structuredRequest(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/cloudevents+json")
	return r
}

func postTo(h http.Handler, r *http.Request) error {
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code > 299 {
		return fmt.Errorf("%d %s", w.Code, w.Body)
	}
	return nil
}

func viaLambda(ctx context.Context, deliver core.Deliverer, payload []byte) error {
	return acknowledged(awslambda.New(deliver, &awslambda.Options{HTTP: webhook.New(deliver, nil)}).Invoke(ctx, payload))
}

func viaFC(ctx context.Context, deliver core.Deliverer, payload []byte) error {
	return acknowledged(alifc.New(deliver, &alifc.Options{HTTP: webhook.New(deliver, nil)}).Invoke(ctx, payload))
}

// acknowledged interprets a function's answer: an error, a response to a request, failures of a batch, or counts.
func acknowledged(answer []byte, err error) error {
	v := gjson.ParseBytes(answer)
	if err == nil && (v.Get("statusCode").Int() > 299 || v.Get("batchItemFailures.0").Exists()) {
		return fmt.Errorf("%s", answer)
	}
	return err
}

func inSQS(event []byte) []byte {
	return fmt.Appendf(nil, `{"Records":[{"messageId":"m-1","body":%s,"attributes":{"SentTimestamp":"1769860800000"},"messageAttributes":{},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:doors","awsRegion":"us-east-1"}]}`, quote(event))
}

func quote(text []byte) string {
	quoted, err := json.Marshal(string(text))
	if err != nil {
		panic(err)
	}
	return string(quoted)
}
