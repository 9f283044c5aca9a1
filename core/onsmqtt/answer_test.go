package onsmqtt

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sendbridge/core/fault"
)

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func send(t *testing.T, answer string) (Receipt, error) {
	t.Helper()
	c := newTestClient(t, newGateway(t, func(int) string { return answer }).url, stsKey, nil)
	return c.SendMessage(t.Context(), "firmware/x", "payload-of-the-test")
}

func TestReceipts(t *testing.T) {
	full := Receipt{MsgID: "M1", RequestID: "R1"}
	jsonAnswer := `{"RequestId":"R1","MsgId":"M1"}`
	tests := map[string]struct {
		answer string
		want   Receipt
	}{
		"json":                {raw(200, jsonAnswer), full},
		"json, other order":   {raw(200, `{"MsgId":"M1","RequestId":"R1"}`), full},
		"json, spaced":        {raw(200, "\ufeff {\n \"RequestId\" : \"R1\", \"MsgId\" : \"M1\" } \n"), full},
		"json, lower case":    {raw(200, `{"requestId":"R1","msgid":"M1"}`), full},
		"json, escapes":       {raw(200, `{"RequestId":"R1","MsgId":"\u004d1"}`), full},
		"json, more members":  {raw(200, `{"RequestId":"R1","HostId":"h","Success":true,"Code":200,"MsgId":"M1"}`), full},
		"json, only MsgId":    {raw(200, `{"MsgId":"M1"}`), Receipt{MsgID: "M1"}},
		"json, no length":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n" + jsonAnswer + "\r\n0\r\n\r\n", full},
		"gzip":                {raw(200, zipped(jsonAnswer), "Content-Encoding: gzip"), full},
		"xml":                 {raw(200, `<?xml version='1.0'?><SendMessageResponse><RequestId>R1</RequestId><MsgId>M1</MsgId></SendMessageResponse>`), full},
		"xml, lower case":     {raw(200, `<sendmessageresponse><requestid>R1</requestid><msgid>M1</msgid></sendmessageresponse>`), full},
		"xml, called json":    {raw(200, `<SendMessageResponse><MsgId>M1</MsgId></SendMessageResponse>`, "Content-Type: application/json"), Receipt{MsgID: "M1"}},
		"xml, entity, spaces": {raw(200, " <SendMessageResponse>\n<RequestId>R1</RequestId>\n<MsgId>M&#49;</MsgId></SendMessageResponse>\n"), full},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := send(t, tt.answer)
			if err != nil || got != tt.want {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	denied := `{"Code":"NoPermission","Message":"You are not authorized.","RequestId":"R1","AccessDeniedDetail":{"AuthAction":"mq:SendMessage","NoPermissionType":"ImplicitDeny"}}`
	tests := map[string]struct {
		answer string
		want   string
		class  string
	}{
		"json":             {raw(400, `{"RequestId":"R1","HostId":"h","Code":"InstancePermissionCheckFailed","Message":"An error occurred."}`), "sendmessage: InstancePermissionCheckFailed: An error occurred. (status 400, request R1)", "permission"},
		"json, lower case": {raw(503, `{"requestid":"R1","code":"Throttling.User","message":"Denied."}`), "sendmessage: Throttling.User: Denied. (status 503, request R1)", "throttled"},
		"json, odd types":  {raw(400, `{"RequestId":7,"Code":"Throttling","Message":["x"],"AccessDeniedDetail":"none"}`), "sendmessage: Throttling: Bad Request (status 400)", "throttled"},
		"xml":              {raw(400, `<Error><RequestId>R1</RequestId><Code>ParameterCheckFailed</Code><Message>A &amp; B</Message></Error>`), "sendmessage: ParameterCheckFailed: A & B (status 400, request R1)", "message"},
		"action denied":    {raw(403, denied), "sendmessage: NoPermission: You are not authorized. (denied: mq:SendMessage ImplicitDeny) (status 403, request R1)", "permission"},
		"xml, denied": {raw(403, `<Error><Code>NoPermission</Code><AccessDeniedDetail><AuthAction>mq:SendMessage</AuthAction></AccessDeniedDetail></Error>`),
			"sendmessage: NoPermission: Forbidden (denied: mq:SendMessage) (status 403)", "permission"},
		"unknown code":             {raw(400, `{"Code":"Foo.Bar","Message":"m"}`), "sendmessage: Foo.Bar: m (status 400)", "unknown"},
		"code in a 200":            {raw(200, `{"Code":"SystemOverFlow","Message":"m"}`), "sendmessage: SystemOverFlow: m (status 200)", "throttled"},
		"200, empty":               {raw(200, ""), "sendmessage: NoMsgId: the answer has no MsgId (status 200)", "transient"},
		"200, no MsgId":            {raw(200, `{"RequestId":"R1"}`), "sendmessage: NoMsgId: the answer has no MsgId (status 200, request R1)", "transient"},
		"200, blank MsgId":         {raw(200, `{"RequestId":"R1","MsgId":" "}`), "sendmessage: NoMsgId: the answer has no MsgId (status 200, request R1)", "transient"},
		"200, null MsgId":          {raw(200, `{"MsgId":null}`), "sendmessage: NoMsgId: the answer has no MsgId (status 200)", "transient"},
		"200, cut short":           {raw(200, `{"RequestId":"R1","MsgId":"M1"`), "sendmessage: NoMsgId: the answer has no MsgId: {\"RequestId\":\"R1\",\"MsgId\":\"M1\" (status 200)", "transient"},
		"200, xml cut short":       {raw(200, `<SendMessageResponse><MsgId>M1</MsgId>`), "sendmessage: NoMsgId: the answer has no MsgId: <SendMessageResponse><MsgId>M1</MsgId> (status 200)", "transient"},
		"200, page":                {raw(200, `<html><head><title>Sign in</title></head><body><msgid>M1</msgid></body></html>`), "sendmessage: NoMsgId: the answer has no MsgId: Sign in (status 200)", "transient"},
		"200, tidy page":           {raw(200, `<html><msgid>M1</msgid></html>`), "sendmessage: NoMsgId: the answer has no MsgId: <html><msgid>M1</msgid></html> (status 200)", "transient"},
		"long message":             {raw(400, `{"Code":"Throttling","Message":"`+strings.Repeat("é", 400)+`"}`), "sendmessage: Throttling: " + strings.Repeat("é", 150) + "… (status 400)", "throttled"},
		"202 with a MsgId":         {raw(202, `{"MsgId":"M1"}`), "sendmessage: HTTP202: Accepted (status 202)", "unknown"},
		"500 with a MsgId":         {raw(500, `{"MsgId":"M1"}`), "sendmessage: HTTP500: Internal Server Error (status 500)", "transient"},
		"414, page":                {raw(414, "<html>\r\n<head><TITLE>414 Request-URI Too Large</TITLE></head><body>Powered by Tengine</body></html>"), "sendmessage: HTTP414: 414 Request-URI Too Large (status 414)", "unsupported"},
		"413":                      {raw(413, ""), "sendmessage: HTTP413: Request Entity Too Large (status 413)", "unsupported"},
		"429, no code":             {raw(429, "slow down"), "sendmessage: HTTP429: slow down (status 429)", "throttled"},
		"502, page":                {raw(502, "<html><title>502 Bad&#32;Gateway</title>"), "sendmessage: HTTP502: 502 Bad Gateway (status 502)", "transient"},
		"502, starts with a title": {raw(502, "<title>502 Bad Gateway</title>nginx"), "sendmessage: HTTP502: 502 Bad Gateway (status 502)", "transient"},
		"502, empty title":         {raw(502, "<title></title>nginx"), "sendmessage: HTTP502: Bad Gateway (status 502)", "transient"},
		"xml, deep":                {raw(400, `<Error><Code>Throttling</Code><A><B><C><D><Code>x</Code></D></C></B></A><Message>m</Message></Error>`), "sendmessage: Throttling: m (status 400)", "throttled"},
		"503, empty":               {raw(503, ""), "sendmessage: HTTP503: Service Unavailable (status 503)", "transient"},
		"403, page":                {raw(403, "<html><title>Forbidden</title>"), "sendmessage: HTTP403: Forbidden (status 403)", "unknown"},
		"request id in a header":   {raw(503, "", "X-Acs-Request-Id: R9"), "sendmessage: HTTP503: Service Unavailable (status 503, request R9)", "transient"},
		"code that is not a word":  {raw(400, `{"Code":"a b\nc","Message":"m"}`), "sendmessage: HTTP400: m (status 400)", "unknown"},
		"not json":                 {raw(400, `{"Code":Throttling}`), "sendmessage: HTTP400: {\"Code\":Throttling} (status 400)", "unknown"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := send(t, tt.answer)
			e := asError(t, err)
			if diff := cmp.Diff(tt.want, e.Error()); diff != "" || fault.Of(e).Class != tt.class {
				t.Errorf("class %q, want %q (-want +got):\n%s", fault.Of(e).Class, tt.class, diff)
			}
		})
	}
}

// TestAnswerIsBounded: a bounded reader must not read these answers completely; one of them is small until it is unpacked.
func TestAnswerIsBounded(t *testing.T) {
	late := `{"RequestId":"R1",` + strings.Repeat(" ", maxAnswer) + `"MsgId":"M1"}`
	for name, answer := range map[string]string{
		"plain": raw(200, late),
		"gzip":  raw(200, zipped(late), "Content-Encoding: gzip"),
	} {
		if _, err := send(t, answer); err == nil || asError(t, err).Code != codeNoMsgID {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBrokenAnswers(t *testing.T) {
	packed := zipped(receiptJSON)
	for name, answer := range map[string]string{
		"cut short":      raw(200, receiptJSON, "Connection: close")[:90],
		"gzip cut short": raw(200, packed[:len(packed)-12], "Content-Encoding: gzip"),
		"not gzip":       raw(200, receiptJSON, "Content-Encoding: gzip"),
	} {
		_, err := send(t, answer)
		if e := asError(t, err); e.Code != codeAnswerLost || e.Status != 200 || fault.Of(e).Class != "transient" || fault.Of(e).Retry != "backoff" {
			t.Errorf("%s: %v, class %s, retry %s", name, e, fault.Of(e).Class, fault.Of(e).Retry)
		}
	}
}

type closer struct {
	io.Reader
	closed int
}

func (c *closer) Close() error { c.closed++; return nil }

// TestCallIsCleanedUp: neither the answer's body nor the context of the request may outlive a call.
func TestCallIsCleanedUp(t *testing.T) {
	for name, answer := range map[string]string{
		"receipt": receiptJSON, "refusal": `{"Code":"Throttling"}`, "large": strings.Repeat("x", 2*maxAnswer),
	} {
		body := &closer{Reader: strings.NewReader(answer)}
		var ctx context.Context
		c := newTestClient(t, "https://"+vectorHost, plainKey, &Options{
			Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				ctx = r.Context()
				return &http.Response{StatusCode: 200, ContentLength: -1, Body: body, Header: http.Header{}}, ctx.Err()
			}),
		})
		_, _ = c.SendMessage(t.Context(), "t", "p")
		if body.closed == 0 || ctx.Err() == nil {
			t.Errorf("%s: body closed %d times, context ended: %v", name, body.closed, ctx.Err())
		}
	}
}

// TestGzipThatNobodyAskedFor uses a transport that, unlike net/http's, does not unpack answers.
func TestGzipThatNobodyAskedFor(t *testing.T) {
	c := newTestClient(t, newGateway(t, func(int) string {
		return raw(200, zipped(receiptJSON), "Content-Encoding: gzip")
	}).url, plainKey, nil)
	transport := newTransport(1)
	transport.DisableCompression = true
	defer transport.CloseIdleConnections()
	c.options.Transport = transport
	if receipt, err := c.SendMessage(t.Context(), "t", "p"); err != nil || receipt.MsgID == "" {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestRetryAfter(t *testing.T) {
	tests := map[string]time.Duration{
		"X-Acs-Retry-After: 1500":                                           1500 * time.Millisecond,
		"X-Acs-Retry-After: 0":                                              0,
		"X-Acs-Retry-After: -5":                                             0,
		"X-Acs-Retry-After: soon":                                           0,
		"X-Acs-Retry-After: 9223372036854775807":                            time.Hour,
		"X-Ratelimit-User: Limit:10,Remain:0,TimeLeft:700":                  700 * time.Millisecond,
		"X-Ratelimit-User-Api: Limit:10, TimeLeft: 250":                     250 * time.Millisecond,
		"X-Ratelimit-User: TimeLeft:700|X-Ratelimit-User-Api: TimeLeft:900": 900 * time.Millisecond,
		"X-Ratelimit-User: Limit:10":                                        0,
		"Retry-After: 2":                                                    2 * time.Second,
		"Retry-After: 2|X-Acs-Retry-After: 100":                             100 * time.Millisecond,
		"Retry-After: 9223372036":                                           time.Hour,
		"Retry-After: -2":                                                   0,
		"Date: x":                                                           0,
	}
	for header, want := range tests {
		_, err := send(t, raw(400, `{"Code":"Throttling.User"}`, strings.Split(header, "|")...))
		if got := fault.Of(err).RetryAfter; got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
}

func TestClockSkewIsTold(t *testing.T) {
	const date = "Date: Sun, 22 Nov 2026 00:00:00 GMT"
	server := fixedNow()
	tests := []struct {
		name   string
		code   string
		header string
		now    time.Time
		want   string
	}{
		{"behind", "InvalidTimeStamp.Expired", date, server.Add(-17 * time.Minute), "m (this machine's clock is 17m0s behind)"},
		{"ahead", "IllegalTimestamp", date, server.Add(time.Hour), "m (this machine's clock is 1h0m0s ahead)"},
		{"a minute behind", "InvalidTimeStamp.Expired", date, server.Add(-time.Minute), "m (this machine's clock is 1m0s behind)"},
		{"a minute ahead", "InvalidTimeStamp.Expired", date, server.Add(time.Minute), "m (this machine's clock is 1m0s ahead)"},
		{"a bit behind", "InvalidTimeStamp.Format", date, server.Add(-59 * time.Second), "m"},
		{"a bit ahead", "InvalidTimeStamp.Format", date, server.Add(59 * time.Second), "m"},
		{"no date", "InvalidTimeStamp.Expired", "X: y", server.Add(time.Hour), "m"},
		{"another error", "Throttling", date, server.Add(time.Hour), "m"},
	}
	for _, tt := range tests {
		answer := raw(400, `{"Code":"`+tt.code+`","Message":"m"}`, tt.header)
		c := newTestClient(t, newGateway(t, func(int) string { return answer }).url, plainKey, &Options{now: func() time.Time { return tt.now }})
		_, err := c.SendMessage(t.Context(), "t", "p")
		if e := asError(t, err); e.Message != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, e.Message, tt.want)
		}
	}
}

// TestReceiptParserAgreesWithJSON: whenever the shortcut parses an answer, the result equals encoding/json's.
func TestReceiptParserAgreesWithJSON(t *testing.T) {
	pieces := rapid.SampledFrom([]string{`{`, `}`, `"`, `":"`, `","`, `,`, `RequestId`, `MsgId`, `msgid`, `a1-`, `\u0041`, `\`, "é", "\x00", " ", `{"MsgId":"1"}`})
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(`{"` + strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), ""))
		got, ok := parseReceipt(body)
		if !ok {
			return
		}
		var want answer
		if err := json.Unmarshal(body, &want); err != nil || got != want {
			t.Fatalf("%q = %+v; json: %+v, %v", body, got, want, err)
		}
	})
	if _, ok := parseReceipt([]byte(receiptJSON)); !ok {
		t.Error("the shortcut does not take an ordinary receipt")
	}
}
