package browsertest

import (
	"testing"
)

// A fault is visible on every view until it is ended. A fault that hit a call is visible in the event's attempts.
func TestAFaultIsSetAndCleared(t *testing.T) {
	d := startDev(t, doorRules)
	b := open(t, d, "#/faults", desktop)
	b.write("#f-times", "2")
	b.click(`[data-code="NoPermission"]`)
	b.shows("#active", "NoPermission, the next 2 calls")
	b.do(navigate(d, "#/traffic"))
	b.shows("#active", "NoPermission, the next 2 calls")
	b.click("#active button")
	b.until("no fault is active", `document.querySelector("#active").hidden`)
	d.post(t, door("e-1", "north"))
	b.shows("#rows tbody", "sent")

	b.do(navigate(d, "#/faults"))
	b.write("#f-times", "1")
	b.click(`[data-code="SystemOverFlow"]`)
	b.shows("#active", "SystemOverFlow, the next 1 calls")
	d.post(t, door("e-2", "north"))
	b.until("the fault is used up", `document.querySelector("#active").hidden`)
	b.do(navigate(d, "#/traffic/2"))
	b.shows("#d-messages .attempts", "attempt 1: SystemOverFlow")
	b.shows("#d-messages .attempts", "attempt 2: accepted")
	b.noComplaints()
}

// Expired credentials are renewed. A revoked permission causes an error of its class until it is restored.
func TestCredentialsEnd(t *testing.T) {
	d := startDev(t, doorRules)
	d.post(t, door("e-1", "north"))
	b := open(t, d, "#/faults", desktop)
	b.click("#c-expire")
	b.shows("#said", "Done.")
	d.post(t, door("e-2", "north"))
	b.do(navigate(d, "#/traffic/2"))
	b.shows("#d-messages .attempts", "attempt 1: InvalidSecurityToken.Expired")
	b.shows("#d-messages .attempts", "attempt 2: accepted")
	b.do(navigate(d, "#/faults"))
	b.click("#c-deny")
	b.shows("#active", "role emulator has no permission")
	d.post(t, door("e-3", "north"))
	b.do(navigate(d, "#/traffic/3"))
	b.shows("#d-error", "NoPermission · permission · the administrator of the RAM role has to act")
	b.click("#active button")
	b.until("no fault is active", `document.querySelector("#active").hidden`)
	d.post(t, door("e-4", "north"))
	b.shows(`#rows tr[data-seq="4"]`, "sent")
	b.noComplaints()
}

// The chart shows the calls and the limits, and has a text alternative.
func TestTheChart(t *testing.T) {
	d := startDev(t, doorRules, "--qps", "40", "--address-qps", "20")
	b := open(t, d, "#/faults", desktop)
	for _, id := range []string{"1", "2", "3"} {
		d.post(t, door(id, "north"))
	}
	b.shows("#n-accepted", "3")
	b.shows("#n-now", "/ 40")
	b.until("the chart has a line of calls and both limits", `document.querySelector("#chart .calls").getAttribute("d").includes("L") && document.querySelectorAll("#chart .account, #chart .address").length === 2`)
	b.until("the chart has a title", `document.querySelector("#chart-title").textContent.startsWith("Calls of the emulator: Last second")`)
	b.noComplaints()
}
