package onstest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var (
	start    = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	plainKey = Key{ID: AccessKeyID, Secret: AccessKeySecret}
	stsKey   = Key{ID: STSKeyID, Secret: STSKeySecret, Token: STSToken}
)

// A draft is a valid call that a test may change before it is signed.
type draft struct {
	method  string
	target  string // path and, if a test sets it, query
	key     Key
	common  url.Values  // V1: the parameters other than the action's
	header  http.Header // V3: everything but the signature
	params  url.Values
	inForm  bool
	hash    string              // V3: the claimed hash of the body
	mangled func(*http.Request) // called after signing
}

var nonceCount atomic.Int64

func newDraft() *draft {
	date, nonce := start.Format(dateFormat), "n-"+strconv.FormatInt(nonceCount.Add(1), 10)
	return &draft{
		method: http.MethodPost, target: "/", key: plainKey,
		params: url.Values{"InstanceId": {Instance}, "MqttTopic": {"TopicA/sub"}, "Payload": {"hello +/*~é"}},
		header: http.Header{"X-Acs-Action": {action}, "X-Acs-Version": {version}, "X-Acs-Date": {date},
			"X-Acs-Signature-Nonce": {nonce}, "Accept": {"application/json"}},
		common: url.Values{"Action": {action}, "Version": {version}, "Format": {"JSON"}, "SignatureMethod": {"HMAC-SHA1"},
			"SignatureVersion": {"1.0"}, "SignatureNonce": {nonce}, "Timestamp": {date}},
	}
}

// v3 signs the draft with version 3.
func (d *draft) v3() *http.Request {
	r := d.request(d.params)
	for name, values := range d.header {
		r.Header[name] = values
	}
	if d.key.Token != "" {
		r.Header.Set("X-Acs-Security-Token", d.key.Token)
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	r.Header.Set("X-Acs-Content-Sha256", cmp.Or(d.hash, hash))
	names := []string{"host"}
	for name := range r.Header {
		if name = strings.ToLower(name); name == "content-type" || strings.HasPrefix(name, "x-acs-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	query, _ := parseForm(r.URL.RawQuery)
	c := &call{Request: r}
	list := strings.Join(names, ";")
	signature := signV3(d.key.Secret, canonicalV3(r.Method, canonical(query, ""), c.headerBlock(names), list, hash))
	r.Header.Set("Authorization", schemeV3+" Credential="+d.key.ID+",SignedHeaders="+list+",Signature="+signature)
	return d.mangle(r)
}

// v1 signs the draft with version 1.
func (d *draft) v1() *http.Request {
	all := url.Values{}
	for _, values := range []url.Values{d.common, d.params} {
		for name, v := range values {
			all[name] = v
		}
	}
	if !all.Has("AccessKeyId") {
		all.Set("AccessKeyId", d.key.ID)
	}
	if d.key.Token != "" {
		all.Set("SecurityToken", d.key.Token)
	}
	pairs, _ := parseForm(all.Encode())
	if !all.Has("Signature") {
		all.Set("Signature", signV1(d.key.Secret, toSignV1(d.method, pairs)))
	}
	return d.mangle(d.request(all))
}

func (d *draft) request(params url.Values) *http.Request {
	if !d.inForm {
		r := httptest.NewRequest(d.method, d.target, nil)
		if len(params) > 0 {
			r.URL.RawQuery = params.Encode()
			r.RequestURI = r.URL.RequestURI()
		}
		return r
	}
	r := httptest.NewRequest(d.method, d.target, strings.NewReader(params.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func (d *draft) mangle(r *http.Request) *http.Request {
	if d.mangled != nil {
		d.mangled(r)
	}
	return r
}

// still returns an emulator whose clock does not move.
func still(o Options) *Handler {
	o.Now = func() time.Time { return start }
	return New(&o)
}

// An outcome is the answer that a caller receives. dropped means that the connection was closed without an answer.
type outcome struct {
	status  int
	header  http.Header
	body    string
	reply   reply
	parsed  bool
	dropped bool
}

func send(h http.Handler, r *http.Request) (o outcome) {
	w := httptest.NewRecorder()
	defer func() {
		if v := recover(); v != nil {
			if v != http.ErrAbortHandler {
				panic(v)
			}
			o = outcome{dropped: true}
		}
	}()
	h.ServeHTTP(w, r)
	o = outcome{status: w.Code, header: w.Result().Header, body: w.Body.String()}
	switch {
	case strings.HasPrefix(o.header.Get("Content-Type"), "application/json"):
		o.parsed = json.Unmarshal(w.Body.Bytes(), &o.reply) == nil
	case strings.HasPrefix(o.header.Get("Content-Type"), "application/xml"):
		o.parsed = xml.Unmarshal(w.Body.Bytes(), &o.reply) == nil
	}
	return o
}

// accepted fails the test unless the call got a MsgId.
func accepted(t *testing.T, h http.Handler, r *http.Request) outcome {
	t.Helper()
	o := send(h, r)
	if o.status != http.StatusOK || o.reply.MsgID == "" || o.reply.RequestID == "" {
		t.Fatalf("status %d, body %q; want 200 with MsgId and RequestId", o.status, o.body)
	}
	return o
}

// refused fails the test unless the call got the code.
func refused(t *testing.T, h http.Handler, r *http.Request, status int, code string) outcome {
	t.Helper()
	o := send(h, r)
	if o.status != status || o.reply.Code != code {
		t.Fatalf("status %d, body %q; want %d %s", o.status, o.body, status, code)
	}
	if o.reply.RequestID == "" || o.reply.HostID != r.Host || o.reply.Message == "" || o.reply.MsgID != "" {
		t.Fatalf("body %q; want RequestId, HostId, Message and no MsgId", o.body)
	}
	return o
}
