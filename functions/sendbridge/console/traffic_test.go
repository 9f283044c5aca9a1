package console

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"sendbridge/core/onstest"
)

// The detail of an event shows the request, the result of each rule, the message, its attempts and its subscriber.
func TestDetail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestConsole(t)
		if err := c.Emulator.Fail(onstest.Fault{Code: "SystemOverFlow"}); err != nil {
			t.Fatal(err)
		}
		if status := c.postEvent(t, "/", door("1"), "Authorization", "Bearer s3cr3t", "X-Hub-Signature-256", "sha256=s3cr3t"); status != 204 {
			t.Fatal(status)
		}
		msgID := c.Emulator.Messages()[0].MsgID
		c.Traffic.HandedOver(msgID, "display-7", 1)
		c.Traffic.HandedOver(msgID, "display-7", 1) // not acknowledged, so the broker sent it again
		d := c.detailAt(t, 1)
		if d.Row.Outcome != "sent" || d.Row.Way != "http:/" || d.Row.Attempts != 2 || d.Row.Topic != "site/north/door" || d.Row.ID != "1" {
			t.Errorf("row %+v", d.Row)
		}
		if len(d.Rules) != 2 || !d.Rules[0].Matches || d.Rules[1].Mismatch != `$.type: wants ["fc:Timer:Triggered"], has "com.example.door"` {
			t.Errorf("rules %+v", d.Rules)
		}
		m := d.Messages[0]
		if m.MsgID != msgID || m.Payload != `{"at": "1", "open": true}` || m.Pretty != "{\n  \"at\": \"1\",\n  \"open\": true\n}" || m.Bytes != 25 || m.Limit != 65536 {
			t.Errorf("message %+v", m)
		}
		if len(m.Attempts) != 2 || m.Attempts[0].Code != "SystemOverFlow" || m.Attempts[1].Text != "" || m.Attempts[1].Waited <= 0 {
			t.Errorf("attempts %+v", m.Attempts)
		}
		if len(m.Devices) != 1 || m.Devices[0].Client != "display-7" || m.Devices[0].QoS != 1 {
			t.Errorf("devices %+v", m.Devices)
		}
		if d.Request.Status != 204 || d.Request.Body != door("1") || !strings.Contains(d.Event, `"site": "north"`) {
			t.Errorf("request %+v, event %s", d.Request, d.Event)
		}
	})
}

// Credentials are neither shown nor copied, wherever they are. Sending the request again includes them.
func TestSecretsStayHidden(t *testing.T) {
	c := newTestConsole(t)
	rules := "inlets: {in: {verify: bearer, secretEnv: TOKEN, type: com.example.in}}\n" + doorRules
	if w := c.ask(t, "POST", "/api/rules/apply", `{"source":`+quote(rules)+`}`); w.Code != 200 {
		t.Fatal(w.Body)
	}
	status := c.postEvent(t, "/in/in?api_token=s3cr3t-query&page=2", `{"a":1}`, "Content-Type", "application/json", "Authorization", "Bearer s3cr3t-token", "Cookie", "s=s3cr3t-cookie",
		"X-Api-Key", "s3cr3t-key", "Stripe-Signature", "t=1,v1=s3cr3t-sig", "X-Gitlab-Token", "s3cr3t-gitlab", "X-Hub-Signature", "s3cr3t-hub", "X-Other", "plain")
	if status != 204 {
		t.Fatal(status)
	}
	for _, target := range []string{"/api/events/1", "/api/rules"} {
		if body := c.ask(t, "GET", target, "").Body.String(); strings.Contains(body, "s3cr3t") {
			t.Errorf("%s shows a secret: %s", target, body)
		}
	}
	d := c.detailAt(t, 1)
	if !strings.Contains(d.Curl, "page=2") || !strings.Contains(d.Curl, "X-Other: plain") || d.Request.Target != "/in/in?api_token=…&page=2" {
		t.Errorf("%s of %s", d.Curl, d.Request.Target)
	}
	again := decode[sent](t, c.ask(t, "POST", "/api/events/1/send", ""))
	if again.Status != 204 || c.detailAt(t, 2).Row.Way != "http:/in/in" {
		t.Errorf("sent again: %+v", again)
	}
}

// Sending again ignores the dedup window.
func TestSendAgainIsNoDuplicate(t *testing.T) {
	c := newTestConsole(t)
	c.postEvent(t, "/", door("1"))
	c.postEvent(t, "/", door("1"))
	c.ask(t, "POST", "/api/events/1/send", "")
	for seq, want := range []string{"sent", "duplicate", "sent"} {
		if got := c.detailAt(t, seq+1).Row.Outcome; got != want {
			t.Errorf("event %d is %s, want %s", seq+1, got, want)
		}
	}
	if n := len(c.Emulator.Messages()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func TestRequestsWithoutEventsAreRows(t *testing.T) {
	c := newTestConsole(t)
	c.postEvent(t, "/", "{", "Content-Type", "text/plain")
	c.postEvent(t, "/nowhere", door("1"))
	c.postEvent(t, "/", `[`+door("1")+`,{"specversion":"1.0"}]`, "Content-Type", "application/cloudevents-batch+json")
	want := []Row{
		{Outcome: "refused", Code: "UnsupportedMediaType", Status: 415, Way: "http:/"},
		{Outcome: "refused", Code: "NoInlet", Status: 400, Way: "http:/nowhere"},
		{Outcome: "sent", Status: 422, Way: "http:/"},
		{Outcome: "refused", Code: "InvalidEvent", Status: 422, Way: "http:/"},
	}
	list := c.Traffic.after(0)
	if len(list.Rows) != len(want) || list.Total != 4 {
		t.Fatalf("%+v", list)
	}
	// The events of a batch are settled in any order.
	if list.Rows[2].Outcome == "refused" {
		list.Rows[2], list.Rows[3] = list.Rows[3], list.Rows[2]
	}
	for i, w := range want {
		if r := list.Rows[i]; r.Outcome != w.Outcome || r.Code != w.Code || r.Status != w.Status || r.Way != w.Way {
			t.Errorf("row %d is %+v, want %+v", i+1, r, w)
		}
	}
	if d := c.detailAt(t, 3); len(d.Siblings) != 2 {
		t.Errorf("siblings %v", d.Siblings)
	}
	if d := c.detailAt(t, 1); d.Event != "" || !strings.Contains(d.Request.Answer, "UnsupportedMediaType") {
		t.Errorf("%+v", d)
	}
}

// Only the newest thousand events are kept. All are counted.
func TestTheNewestAreKept(t *testing.T) {
	c := newTestConsole(t)
	for i := range maxRows + 5 {
		c.Traffic.add(&exchange{path: "/", status: 204, answer: cut{most: 1}, body: cut{most: 1}, began: c.now(), settled: nil, target: fmt.Sprint("/?", i)})
	}
	list := c.Traffic.after(0)
	if len(list.Rows) != maxRows || list.Total != maxRows+5 || list.First != 6 || list.Newest != maxRows+5 || list.Rows[0].Seq != 6 {
		t.Errorf("%d rows from %d of %d", len(list.Rows), list.First, list.Total)
	}
	if more := c.Traffic.after(maxRows + 3); len(more.Rows) != 2 {
		t.Errorf("%d rows after the last but two", len(more.Rows))
	}
	if w := c.ask(t, "GET", "/api/events/5", ""); w.Code != 404 || !strings.Contains(w.Body.String(), "event 5 is no longer recorded") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	c.ask(t, "DELETE", "/api/events", "")
	if list := c.Traffic.after(0); len(list.Rows) != 0 || list.Total != 0 || list.First <= list.Newest {
		t.Errorf("cleared: %+v", list)
	}
}

// Large texts reduce the number of rows, so memory is bounded.
func TestMemoryIsBounded(t *testing.T) {
	c := newTestConsole(t)
	for range 100 {
		x := &exchange{path: "/", status: 204, answer: cut{most: maxAnswer}, body: cut{most: maxBody}}
		x.body.Write(make([]byte, 3*maxBody))
		c.Traffic.add(x)
	}
	list := c.Traffic.after(0)
	if n := len(list.Rows); n != maxBytes/maxBody || list.Total != 100 {
		t.Errorf("%d rows of %d, want %d", n, list.Total, maxBytes/maxBody)
	}
	if d := c.detailAt(t, 100); !d.Request.Cut || d.Request.Bytes != 3*maxBody || d.CanSend {
		t.Errorf("cut %v, %d bytes, can be sent %v", d.Request.Cut, d.Request.Bytes, d.CanSend)
	}
}

func TestCurl(t *testing.T) {
	c := newTestConsole(t)
	c.postEvent(t, "/?q=it's", `{"a":"it's"}`, "X-Quote", "it's", "User-Agent", "x")
	want := `curl -i 'http://127.0.0.1:8080/?q=it'\''s' \
  -H 'Content-Type: application/cloudevents+json' \
  -H 'X-Quote: it'\''s' \
  --data-raw '{"a":"it'\''s"}'`
	if got := c.detailAt(t, 1).Curl; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	c.postEvent(t, "/", "\xff\x00")
	if got := c.detailAt(t, 2).Curl; !strings.HasPrefix(got, "printf %s '/wA=' | base64 -d | curl -i ") || !strings.HasSuffix(got, "--data-binary @-") {
		t.Error(got)
	}
}
