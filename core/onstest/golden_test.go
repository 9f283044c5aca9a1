package onstest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// The verifier's own functions reproduce Alibaba's two documented samples.
func TestDocumentedSampleV3(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/?RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", nil)
	r.Host = "ecs.cn-shanghai.aliyuncs.com"
	for name, value := range map[string]string{
		"x-acs-action": "RunInstances", "x-acs-content-sha256": emptyHash, "x-acs-date": "2023-10-26T10:22:32Z",
		"x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d", "x-acs-version": "2014-05-26",
	} {
		r.Header.Set(name, value)
	}
	query, _ := parseForm(r.URL.RawQuery)
	list := "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
	request := canonicalV3("POST", canonical(query, ""), (&call{Request: r}).headerBlock(strings.Split(list, ";")), list, emptyHash)
	hash := sha256.Sum256([]byte(request))
	if got, want := hex.EncodeToString(hash[:]), "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"; got != want {
		t.Errorf("hash of the canonical request is %s, want %s\n%s", got, want, request)
	}
	if got, want := signV3("YourAccessKeySecret", request), "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestDocumentedSampleV1(t *testing.T) {
	params, _ := parseForm("Timestamp=2016-02-23T12%3A46%3A24Z&Format=XML&AccessKeyId=testid&Action=DescribeRegions" +
		"&SignatureMethod=HMAC-SHA1&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Version=2014-05-26&SignatureVersion=1.0" +
		"&Signature=is+not+part+of+itself")
	toSign := toSignV1("GET", params)
	const want = "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26SignatureMethod%3DHMAC-SHA1" +
		"%26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0" +
		"%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26"
	if toSign != want {
		t.Errorf("string to sign\n%s, want\n%s", toSign, want)
	}
	if got, want := signV1("testsecret", toSign), "OLeaidS1JvxuMvnyHOwuJ+uX5qY="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

// Three complete calls, signed by Alibaba's code with nonce n-0001 at the clock's time.
const (
	goldenParams = "InstanceId=post-cn-0pp12gl0001&MqttTopic=TopicA%2Fp2p%2FGID_x%40%40%40dev1&Payload=eyJhIjoxfQ%3D%3D+%2B%2F%2A~%C3%A9"
	goldenV1     = "AccessKeyId=testid&Action=SendMessage&Format=JSON&SecurityToken=CAIS%2B%2F%3Dtok&SignatureMethod=HMAC-SHA1" +
		"&SignatureNonce=n-0001&SignatureVersion=1.0&Timestamp=2026-11-22T00%3A00%3A00Z&Version=2020-04-20" +
		"&Signature=g3yf%2FaOZdzx9EDNrM8VBgVFomos%3D&" + goldenParams
)

func TestGoldenCallsAreAccepted(t *testing.T) {
	const list = "host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version"
	v3 := func(target, body, hash, list, signature string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
		for name, value := range map[string]string{
			"x-acs-accesskey-id": "testid", "x-acs-action": "SendMessage", "x-acs-content-sha256": hash, "x-acs-date": "2026-11-22T00:00:00Z",
			"x-acs-security-token": "CAIS+/=tok", "x-acs-signature-nonce": "n-0001", "x-acs-version": "2020-04-20", "accept": "application/json",
			"authorization": "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=" + list + ",Signature=" + signature,
		} {
			r.Header.Set(name, value)
		}
		return r
	}
	form := func(r *http.Request) *http.Request {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	for name, r := range map[string]*http.Request{
		"C, V1 in the query": httptest.NewRequest(http.MethodPost, "/?"+goldenV1, nil),
		"C, V1 in the form":  form(httptest.NewRequest(http.MethodPost, "/", strings.NewReader(goldenV1))),
		"D, V3 in the query": v3("/?"+goldenParams, "", emptyHash, list,
			"4964d6cb7e5af3e1406eb671d1e126bfb64b40241cac92f250e276e4ac171313"),
		"E, V3 in the form": form(v3("/", goldenParams, "d2ff33079e98e17e2c781ba417ddda317ec1471ef314dce52bcc34a62cc8fe6a",
			"content-type;"+list, "e2a881c0a5df38d1da575501a818b58faeab91123714d7dc3476a11c0851eb56")),
	} {
		t.Run(name, func(t *testing.T) {
			h := still(Options{
				Keys:      []Key{{ID: "testid", Secret: "testsecret", Token: "CAIS+/=tok"}},
				Instances: []string{"post-cn-0pp12gl0001"},
			})
			r.Host = "onsmqtt.cn-hangzhou.aliyuncs.com"
			o := accepted(t, h, r)
			got := h.Messages()
			if len(got) != 1 || got[0].Topic != "TopicA/p2p/GID_x@@@dev1" || got[0].Payload != "eyJhIjoxfQ== +/*~é" || got[0].MsgID != o.reply.MsgID {
				t.Errorf("messages %+v", got)
			}
		})
	}
}
