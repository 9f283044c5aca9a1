package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A mistake is shown with its line and column, and its button moves the cursor there. Nothing can be applied until it
// is fixed.
func TestAMistakeHasItsPlace(t *testing.T) {
	d := startDev(t, doorRules)
	b := open(t, d, "#/rules", desktop)
	b.shows("#p-rules", "name: heartbeat")
	b.shows("#p-result", "matches")
	b.write("#p-rules", strings.Replace(doorRules, "site/heartbeat", "site/#/heartbeat", 1))
	b.shows("#p-mistakes button", "8:12 ")
	b.until("the draft is marked as wrong", `document.querySelector("#p-rules").getAttribute("aria-invalid") === "true" && document.querySelector("#p-apply").disabled`)
	b.click("#p-mistakes button")
	b.shows("#p-caret", "line 8, column 12")
	b.until("the caret stands at the mistake", `document.activeElement.id === "p-rules" && document.activeElement.value.slice(document.activeElement.selectionStart).startsWith("site/#/heartbeat")`)
	b.write("#p-rules", doorRules)
	b.until("the mistake is gone", `document.querySelector("#p-mistakes").childElementCount === 0 && !document.querySelector("#p-apply").disabled`)
	b.noComplaints()
}

// The page shows what a sample becomes for each ingress. A draft can be tried, applied and undone, and is never
// written.
func TestApplyAndUndo(t *testing.T) {
	d := startDev(t, doorRules)
	b := open(t, d, "#/rules", desktop)
	b.write("#p-payload", door("1", "north"))
	b.shows("#p-result .topic", "site/north/door")
	b.write("#p-rules", strings.Replace(doorRules, "site/${", "moved/${", 1))
	b.shows("#p-result .topic", "moved/north/door")
	b.shows("#p-state", "draft, not applied")
	b.click("#p-apply")
	b.shows("#p-said", "Applied. Changes: rules: changed door")
	b.shows("#rules-draft", "draft")
	d.post(t, door("2", "east"))
	b.do(navigate(d, "#/traffic"))
	b.shows("#rows tbody", "moved/east/door")
	b.do(navigate(d, "#/rules"))
	b.click("#p-undo")
	b.shows("#p-said", "Undone. Changes: rules: changed door")
	b.until("no draft is in force", `document.querySelector("#rules-draft").hidden && document.querySelector("#p-undo").disabled`)
	d.post(t, door("3", "west"))
	b.do(navigate(d, "#/traffic"))
	b.shows("#rows tbody", "site/west/door")
	if src, err := os.ReadFile(filepath.Join(d.dir, "sendbridge.yaml")); err != nil || string(src) != doorRules {
		t.Errorf("the file was written: %v %s", err, src)
	}
	b.noComplaints()
}

// The menu also has samples for functions, and the page shows the event that each becomes.
func TestSamplesOfFunctions(t *testing.T) {
	d := startDev(t, doorRules)
	b := open(t, d, "#/rules", desktop)
	b.shows("#p-result", "matches")
	for _, choice := range [][2]string{{"lambda", "s3/put"}, {"fc", "timer/json-payload"}} {
		as, sample := choice[0], choice[1]
		evaluate[bool](b, `{ const s = document.querySelector("#p-as"); s.value = `+quote(as)+`; s.dispatchEvent(new Event("change")); }`)
		b.until("the menu has "+sample, `[...document.querySelector("#p-samples").options].some((o) => o.text === `+quote(sample)+`)`)
		evaluate[bool](b, `{ const s = document.querySelector("#p-samples"); s.value = [...s.options].find((o) => o.text === `+quote(sample)+`).value; s.dispatchEvent(new Event("change")); }`)
		b.shows("#p-result", "ingress "+as+":")
	}
	b.shows(`#p-result [data-rule="heartbeat"]`, "✓ matches")
	b.noComplaints()
}

// A saved file takes effect at once. With mistakes it does not, and the page says so until they are fixed. With --edit
// the page writes the file.
func TestTheFileIsReloadedAndWritten(t *testing.T) {
	d := startDev(t, doorRules, "--edit")
	b := open(t, d, "#/rules", desktop)
	b.shows("#p-rules", "site/heartbeat")
	d.write(t, "sendbridge.yaml", strings.Replace(doorRules, "site/heartbeat", "site/beat", 1))
	b.shows("#p-rules", "site/beat")
	d.write(t, "sendbridge.yaml", strings.Replace(doorRules, "topic: site/heartbeat", "topik: site/heartbeat", 1))
	b.shows("#wrong", `did you mean "topic"`)
	b.shows("#wrong", "8:5 ")
	d.write(t, "sendbridge.yaml", doorRules)
	b.until("the mistakes are gone", `document.querySelector("#wrong").hidden`)
	b.shows("#p-rules", "site/heartbeat")
	written := doorRules + "# by the page\n"
	b.write("#p-rules", written)
	b.shows("#p-state", "draft, not applied")
	b.until("the draft has no mistakes", `!document.querySelector("#p-save").disabled`)
	b.click("#p-save")
	b.shows("#p-said", "Saved.")
	if src, err := os.ReadFile(filepath.Join(d.dir, "sendbridge.yaml")); err != nil || string(src) != written {
		t.Errorf("%v %s", err, src)
	}
	b.noComplaints()
}
