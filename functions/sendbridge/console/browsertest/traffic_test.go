package browsertest

import (
	"testing"
)

// An event that is posted appears by itself, and opens with the request, the rules, the message, its attempts and who got it.
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
	b.shows("#d-messages .devices", "display-7 got it, QoS 0")
	b.shows("#d-event", `"site": "north"`)
	b.click("#detail > details:last-of-type > summary")
	b.shows("#d-request", "POST /")
	b.noComplaints()
}
