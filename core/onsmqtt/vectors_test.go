package onsmqtt

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The input of the vectors. A and B are Alibaba Cloud's documentation samples; C, D and E are one SendMessage call, signed
// with V1, with V3 and parameters in the query, and with V3 in a form.
var (
	vectorKey     = Credentials{AccessKeyID: "testid", AccessKeySecret: "testsecret", SecurityToken: "CAIS+/=tok"}
	vectorStamp   = stamp{"2026-11-22T00:00:00Z", "n-0001"}
	vectorTopic   = "TopicA/p2p/GID_x@@@dev1"
	vectorPayload = "eyJhIjoxfQ== +/*~é"
	vectorParams  = url.Values{"InstanceId": {testInstance}, "MqttTopic": {vectorTopic}, "Payload": {vectorPayload}}
)

const vectorHost = "onsmqtt.cn-hangzhou.aliyuncs.com"

func stage(t *testing.T, vector, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "vectors", vector, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func check(t *testing.T, name, got, want string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func headerV3(extra map[string]string) http.Header {
	h := http.Header{}
	for key, value := range map[string]string{
		"Host": vectorHost, "X-Acs-Accesskey-Id": "testid", "X-Acs-Action": "SendMessage", "X-Acs-Version": "2020-04-20",
		"X-Acs-Date": vectorStamp.date, "X-Acs-Signature-Nonce": vectorStamp.nonce, "X-Acs-Security-Token": "CAIS+/=tok",
		"X-Acs-Content-Sha256": emptySHA256,
	} {
		h.Set(key, value)
	}
	for key, value := range extra {
		h.Set(key, value)
	}
	return h
}

func TestVectorsV3(t *testing.T) {
	bodyE := sha256.Sum256([]byte(stage(t, "E", "body")))
	hashE := hex.EncodeToString(bodyE[:])
	tests := map[string]struct {
		query  url.Values
		header http.Header
		hash   string
		key    Credentials
	}{
		"A": {
			url.Values{"ImageId": {"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}, "RegionId": {"cn-shanghai"}},
			http.Header{
				"Host": {"ecs.cn-shanghai.aliyuncs.com"}, "X-Acs-Action": {"RunInstances"}, "X-Acs-Version": {"2014-05-26"},
				"X-Acs-Date": {"2023-10-26T10:22:32Z"}, "X-Acs-Content-Sha256": {emptySHA256},
				"X-Acs-Signature-Nonce": {"3156853299f313e23d1673dc12e1703d"},
			},
			emptySHA256, Credentials{AccessKeyID: "YourAccessKeyId", AccessKeySecret: "YourAccessKeySecret"},
		},
		"D": {vectorParams, headerV3(nil), emptySHA256, vectorKey},
		"E": {nil, headerV3(map[string]string{"Content-Type": formType, "X-Acs-Content-Sha256": hashE}), hashE, vectorKey},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			canonical := append(beginV3(nil, "POST", "/"), canonicalValues(tt.query)...)
			canonical = endV3(canonical, fieldsOf(tt.header), tt.hash)
			check(t, "canonical request", string(canonical), stage(t, name, "canonical"))
			sum := sha256.Sum256(canonical)
			check(t, "hash", hex.EncodeToString(sum[:]), stage(t, name, "hash"))
			toSign := appendStringToSignV3(nil, canonical)
			check(t, "string to sign", string(toSign), stage(t, name, "string-to-sign"))
			signature := appendMAC(nil, hmac.New(sha256.New, []byte(tt.key.AccessKeySecret)), toSign)
			check(t, "signature", hex.EncodeToString(signature), stage(t, name, "signature"))

			names := strings.Split(stage(t, name, "canonical"), "\n")
			want := "ACS3-HMAC-SHA256 Credential=" + tt.key.AccessKeyID +
				",SignedHeaders=" + names[len(names)-2] + ",Signature=" + stage(t, name, "signature")
			check(t, "SignV3", SignV3("POST", "/", tt.query, tt.header, tt.hash, tt.key), want)
		})
	}
}

func TestVectorsV1(t *testing.T) {
	paramsC := url.Values{
		"AccessKeyId": {"testid"}, "Action": {"SendMessage"}, "Format": {"JSON"}, "SecurityToken": {"CAIS+/=tok"},
		"SignatureMethod": {"HMAC-SHA1"}, "SignatureNonce": {vectorStamp.nonce}, "SignatureVersion": {"1.0"},
		"Timestamp": {vectorStamp.date}, "Version": {"2020-04-20"},
	}
	for name, values := range vectorParams {
		paramsC[name] = values
	}
	tests := map[string]struct {
		method string
		params url.Values
	}{
		"B": {"GET", url.Values{
			"AccessKeyId": {"testid"}, "Action": {"DescribeRegions"}, "Format": {"XML"}, "SignatureMethod": {"HMAC-SHA1"},
			"SignatureNonce": {"3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"}, "SignatureVersion": {"1.0"},
			"Timestamp": {"2016-02-23T12:46:24Z"}, "Version": {"2014-05-26"},
		}},
		"C": {"POST", paramsC},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			canonical := canonicalValues(tt.params)
			check(t, "canonical parameters", string(canonical), stage(t, name, "canonical"))
			toSign := appendStringToSignV1(nil, tt.method, canonical)
			check(t, "string to sign", string(toSign), stage(t, name, "string-to-sign"))
			signature := appendMAC(nil, hmac.New(sha1.New, []byte("testsecret&")), toSign)
			check(t, "signature", base64.StdEncoding.EncodeToString(signature), stage(t, name, "signature"))
			check(t, "SignV1", SignV1(tt.method, tt.params, "testsecret"), stage(t, name, "signature"))
		})
	}
}

// TestVectorsThroughClient signs C, D and E as a call does, which shares little code with the exported functions.
func TestVectorsThroughClient(t *testing.T) {
	for vector, signature := range map[string]Signature{"C": "v1", "D": "v3", "E": "v3-form"} {
		t.Run(vector, func(t *testing.T) {
			c := newTestClient(t, "https://"+vectorHost, vectorKey, &Options{Signature: signature})
			s := new(signer)
			if err := s.use(vectorKey); err != nil {
				t.Fatal(err)
			}
			call := c.sign(s, vectorStamp, vectorTopic, vectorPayload)
			if !strings.HasPrefix(string(s.work), stage(t, vector, "canonical")+stage(t, vector, "string-to-sign")) {
				t.Errorf("signed %q", s.work)
			}
			want := stage(t, vector, "signature")
			check(t, "signature", call.signature, want)
			switch header := call.request.Header.Get("Authorization"); vector {
			case "C":
				body := stage(t, vector, "canonical") + "&Signature=" + url.QueryEscape(want)
				check(t, "body", readBody(t, call), body)
			case "D":
				check(t, "query", call.request.URL.RawQuery, stage(t, "E", "body")) // the same parameters in the same form
				check(t, "authorization", header[len(header)-len(want):], want)
			case "E":
				check(t, "body", readBody(t, call), stage(t, vector, "body"))
				check(t, "authorization", header[len(header)-len(want):], want)
			}
		})
	}
}

func readBody(t *testing.T, c *call) string {
	t.Helper()
	body, err := io.ReadAll(c.request.Body)
	if err != nil {
		t.Fatal(err)
	}
	if c.request.GetBody != nil {
		t.Error("a transport could send the body twice")
	}
	if int64(len(body)) != c.request.ContentLength {
		t.Errorf("body of %d bytes, content length %d", len(body), c.request.ContentLength)
	}
	return string(body)
}
