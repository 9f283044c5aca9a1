package template_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"sendbridge/core/rules/rulestest"
)

func TestPayloadForms(t *testing.T) {
	const whole = `{"specversion":"1.0","id":"42","source":"/s","type":"created","subject":"x","sendbridgehops":1,"data":{"a": 1.50}}`
	for _, c := range []struct{ payload, members, want string }{
		{"original", `"subject":"x","data":{"a": 1.50}`, whole},
		{"{jsonpath: $.data}", `"data":{"a": 1.50}`, `{"a": 1.50}`},
		{"{jsonpath: $.data.a}", `"data":{"a": 1.50}`, `1.50`},
		{"{jsonpath: $.data.a}", `"data":{"a": "x\ny"}`, "x\ny"},
		{"{jsonpath: $.data.a}", `"data":{"a": null}`, "null"},
		{"{jsonpath: $.data.a}", `"data":{"a": [1, {}]}`, "[1, {}]"},
		{"{jsonpath: $.data}", `"datacontenttype":"text/plain","data":"{plain}"`, "{plain}"},
		{"{jsonpath: $.subject}", `"subject":"x"`, "x"},
		{"{jsonpath: $.data, base64: true}", `"datacontenttype":"image/png","data_base64":"//79"`, "//79"},
		{"{jsonpath: $.data.a, base64: true}", `"data":{"a": "é"}`, "w6k="},
		{"{jsonpath: $.data.a, base64: false}", `"data":{"a": "é"}`, "é"},
		{"{template: '<${$.data}>', base64: true}", `"datacontenttype":"image/png","data_base64":"//79"`, "PP/+/T4="},
		{"{constant: reboot}", ``, "reboot"},
		{"{constant: '{\"a\": ${$.id}'}", ``, `{"a": ${$.id}`},
		{"{constant: reboot, base64: true}", ``, "cmVib290"},
		{`{constant: {b: [1, 1.50, -2, "x\n", true, ~, {}], a: '"', "1": yes}}`, ``, `{"b":[1,1.50,-2,"x\n",true,null,{}],"a":"\"","1":"yes"}`},
		{"{constant: 5}", ``, "5"},
		{"{constant: false}", ``, "false"},

		{"{jsonpath: $.data}", ``, "sender PayloadInvalid: payload: $.data is missing"},
		{"{jsonpath: $.data.a.b}", `"data":{"a": "x"}`, "sender PayloadInvalid: payload: $.data.a.b is missing"},
		{"{jsonpath: $.data.a}", `"data":{"a": ""}`, "sender PayloadInvalid: payload is empty"},
		{"{jsonpath: $.data}", `"datacontenttype":"image/png","data_base64":"QUL/"`, "you PayloadInvalid: payload is not UTF-8 from byte 2 on: write base64: true"},
		{"{template: '<${$.data}>'}", `"datacontenttype":"image/png","data_base64":"//79"`, "you PayloadInvalid: payload is not UTF-8 from byte 1 on"},
		{`{template: '{"d": "${$.data}"}', base64: true}`, `"datacontenttype":"image/png","data_base64":"//79"`, "you PayloadInvalid: ${$.data}: the value is not UTF-8"},
	} {
		t.Run(c.payload, func(t *testing.T) {
			rulestest.WantPayload(t, rulestest.Messages(t, "{topic: abc, payload: "+c.payload+"}", rulestest.Event(t, c.members)), c.want)
		})
	}
}

func TestPayloadSize(t *testing.T) {
	const most = 65_536
	raw, encoded := "{topic: abc, payload: {jsonpath: $.data}}", "{topic: abc, payload: {jsonpath: $.data, base64: true}}"
	for name, c := range map[string]struct{ rule, data, want string }{
		"1 byte":                           {raw, "x", ""},
		"4 KB":                             {raw, strings.Repeat("x", 4096), ""},
		"65,536 bytes of ASCII":            {raw, strings.Repeat("x", most), ""},
		"65,536 bytes of three-byte text":  {raw, strings.Repeat("中", most/3) + "x", ""},
		"48 KB binary":                     {encoded, strings.Repeat("\xff\x00\x80", most/4), ""},
		"65,537 bytes of ASCII":            {raw, strings.Repeat("x", most+1), "sender PayloadInvalid: payload has 65537 bytes: a message can have at most 65536"},
		"65,538 bytes of three-byte text":  {raw, strings.Repeat("中", most/3+1), "sender PayloadInvalid: payload has 65538 bytes"},
		"a byte too many for base64":       {encoded, strings.Repeat("\xff", most/4*3+1), "sender PayloadInvalid: payload has 65540 bytes after base64: a message can have at most 65536"},
		"empty":                            {raw, "", "sender PayloadInvalid: payload is empty: a message must have at least 1 byte"},
		"invalid UTF-8":                    {raw, "\xff", "you PayloadInvalid: payload is not UTF-8 from byte 0 on"},
		"too large and invalid UTF-8":      {raw, strings.Repeat("\xff", most+1), "sender PayloadInvalid: payload has 65537 bytes"},
		"the replacement character itself": {raw, "\ufffd", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := rulestest.Event(t, `"datacontenttype":"application/octet-stream"`)
			r.Event.DataEncoded = []byte(c.data)
			got := rulestest.Messages(t, c.rule, r)
			if c.want != "" {
				rulestest.WantMessage(t, got, c.want)
				return
			}
			sent := got[0].Payload
			if c.rule == encoded {
				sent = decode(t, sent)
			}
			if got[0].Err != nil || sent != c.data {
				t.Errorf("%d bytes became %d, error %v", len(c.data), len(sent), got[0].Err)
			}
		})
	}
}

func decode(t testing.TB, s string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Patterns and templates can read sendbridgeingress, but the payload original does not contain it.
func TestOriginalHasNoIngress(t *testing.T) {
	r := rulestest.Event(t, `"sendbridgeingress":"forged"`)
	r.Ingress = "http:/"
	for payload, want := range map[string]string{
		"original":                             `{"specversion":"1.0","id":"42","source":"/s","type":"created","sendbridgehops":1}`,
		"{template: '${$.sendbridgeingress}'}": "http:/",
	} {
		rulestest.WantPayload(t, rulestest.Messages(t, "{topic: abc, payload: "+payload+"}", r), want)
	}
}
