package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A posted event appears on the page and opens with its request, rules, message, attempts and subscriber.
func TestAnEventAppearsAndOpens(t *testing.T) {
	d := startDev(t, doorRules)
	d.subscribe(t, "display-7")
	b := open(t, d, "", desktop)
	b.shows("#empty", "No event yet")
	d.post(t, door("e-1", "north"))
	b.shows("#rows tbody tr", "com.example.door")
	b.shows("#count", "1 shown · newest 1 kept of 1 events")
	b.click("#rows tbody a")
	b.shows("#d-title", "com.example.door e-1")
	b.shows(`#d-rules [data-rule="door"]`, "✓ matches")
	b.shows(`#d-rules [data-rule="heartbeat"]`, `✗ $.type: wants ["fc:Timer:Triggered"], has "com.example.door"`)
	b.shows("#d-messages .topic", "site/north/door")
	b.shows("#d-messages", "27 of 65,536 bytes")
	b.shows("#d-messages .attempts", "attempt 1: accepted")
	b.shows("#d-messages .devices", "sent to display-7, QoS 0")
	b.shows("#d-event", `"site": "north"`)
	b.click("#detail > details:last-of-type > summary")
	b.shows("#d-request", "POST /")
	b.noComplaints()
}

// A saved rule test passes sendbridge test, and fails after the rule has changed.
func TestARuleTestIsSavedAndPasses(t *testing.T) {
	d := startDev(t, doorRules, "--cases", "cases.yaml")
	d.post(t, door("e-1", "north"))
	b := open(t, d, "#/traffic/1", desktop)
	b.click("#d-append")
	b.shows("#said", "Appended to")
	if out, err := d.sendbridge(t.Context(), "test", "cases.yaml"); err != nil || !strings.Contains(out, "1 passed, 0 failed") {
		t.Errorf("%v %s", err, out)
	}
	d.write(t, "sendbridge.yaml", strings.Replace(doorRules, "site/${", "other/${", 1))
	if out, err := d.sendbridge(t.Context(), "test", "cases.yaml"); err == nil {
		t.Errorf("the test passes with another rule: %s", out)
	}
	b.noComplaints()
}

// The content of an event is always shown as text, never as elements or scripts.
func TestMarkupStaysText(t *testing.T) {
	const bad = `<script>document.title = "run"</script><img src=x onerror="document.title = 'run'">`
	d := startDev(t, strings.Replace(doorRules, `{"at": "${$.id}", "open": ${$.data.open}}`, `${$.data.text}`, 1))
	event := `{"specversion":"1.0","id":` + quote(bad) + `,"source":"/s","type":"com.example.door","data":{"open":true,"site":"n","text":` + quote(bad) + `}}`
	d.post(t, event)
	d.post(t, bad)
	b := open(t, d, "#/traffic/1", desktop)
	b.shows("#rows tbody tr", "com.example.door")
	b.shows("#d-title", bad)
	b.shows("#d-messages pre", bad)
	b.shows("#d-event pre", `<script>document.title = \"run\"`)
	b.do(navigate(d, "#/traffic/2"))
	b.shows("#d-title", "(no event)")
	b.click("#detail > details:last-of-type > summary")
	b.shows("#d-request pre", bad)
	b.do(navigate(d, "#/traffic/1"))
	b.shows("#d-title", bad)
	b.click("#d-open")
	b.shows("#p-payload", "<script>")
	b.shows("#p-result pre", bad)
	if n := evaluate[int](b, `document.querySelectorAll("script, img").length`); n != 1 {
		t.Errorf("%d scripts and images, want the module alone", n)
	}
	if title := evaluate[string](b, "document.title"); title != "Sendbridge dev" {
		t.Errorf("a script ran: the title is %q", title)
	}
	b.noComplaints()
}

// The list survives a reload of the page and a restart of dev. Rows from before a restart have no details.
func TestTheListSurvivesRestarts(t *testing.T) {
	d := startDev(t, doorRules)
	d.post(t, door("e-1", "north"))
	b := open(t, d, "", desktop)
	b.shows("#rows tbody", "e-1")
	b.do(chromedp.Reload())
	b.live()
	b.shows("#rows tbody", "e-1")
	at := strings.Trim(strings.TrimPrefix(d.console, "http://"), "/")
	d.stop()
	b.shows("#live", "dev does not answer")
	d.start(t, at, "--rules", "sendbridge.yaml", "--http", "127.0.0.1:0")
	b.live()
	d.post(t, door("e-2", "south"))
	b.shows("#rows tbody tr:first-child", "e-2")
	b.shows("#rows tbody tr.stale", "e-1")
	b.click("#rows tbody tr:first-child a")
	b.shows("#d-title", "com.example.door e-2")
	b.noComplaints()
}

// The keyboard alone reaches everything: the search, the list, an event, and its row again.
func TestKeys(t *testing.T) {
	d := startDev(t, doorRules)
	for _, id := range []string{"e-1", "e-2", "e-3"} {
		d.post(t, door(id, "north"))
	}
	b := open(t, d, "", desktop)
	b.shows("#count", "3 shown")
	at := func(id string) {
		t.Helper()
		b.until("the focus is on "+id, `document.activeElement.closest("tr")?.innerText.includes(`+quote(id)+`)`)
	}
	b.keys("j")
	at("e-3")
	b.keys("j")
	at("e-2")
	b.keys("k")
	at("e-3")
	b.keys("j")
	d.post(t, door("e-4", "north"))
	b.shows("#rows tbody tr:first-child", "e-4")
	at("e-2") // new rows do not move the focus
	b.keys(kb.Enter)
	b.shows("#d-title", "com.example.door e-2")
	b.keys("j")
	b.shows("#d-title", "com.example.door e-1")
	b.keys(kb.Escape)
	b.until("the event is closed", `document.querySelector("#detail").hidden`)
	b.keys("/")
	b.until("the focus is in the search", `document.activeElement.id === "search"`)
	b.write("#search", "e-4")
	b.shows("#count", "1 shown · newest 4 kept of 4 events")
	b.keys(kb.Escape)
	b.until("the focus has left the search", `document.activeElement.id !== "search"`)
	b.noComplaints()
}

// A recorded request can be sent again, and the list filtered by outcome.
func TestSendAgainAndFilter(t *testing.T) {
	d := startDev(t, doorRules)
	d.post(t, door("e-1", "north"))
	d.post(t, strings.Replace(door("e-2", "north"), "true", "false", 1))
	b := open(t, d, "#/traffic/1", desktop)
	b.click("#d-again")
	b.shows("#said", "answered 204")
	b.shows("#count", "3 shown")
	b.do(chromedp.SendKeys(chromedp.CSS("#outcome"), "dropped"))
	b.shows("#count", "1 shown · newest 3 kept of 3 events")
	b.do(navigate(d, "#/traffic/2"))
	b.shows(`#d-rules [data-rule="door"]`, "✗ $.data.open: wants [true], has false")
	b.shows("#d-messages", "No messages.")
	b.noComplaints()
}
