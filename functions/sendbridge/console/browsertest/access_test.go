package browsertest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe-core finds no serious problem in any view, in both colour schemes, wide and narrow. No view is wider than the
// screen.
func TestAccessibility(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("%v: make browser installs it", err)
	}
	d := startDev(t, doorRules, "--cases", "cases.yaml", "--edit")
	d.subscribe(t, "display-7")
	b := open(t, d, "#/faults", desktop)
	b.click(`[data-code="SystemOverFlow"]`)
	b.shows("#active", "SystemOverFlow")
	d.post(t, door("e-1", "north"))
	d.post(t, strings.Replace(door("e-2", "north"), "true", "false", 1))
	d.post(t, "{")
	b.click(`[data-code="NoPermission"]`)
	b.shows("#active", "NoPermission")
	d.post(t, door("e-3", "no/rth"))
	d.write(t, "sendbridge.yaml", doorRules+"nonsense: 1\n")
	b.shows("#wrong", "nonsense")
	for _, l := range []look{{1280, 800, false, "en-US"}, {1280, 800, true, "en-US"}, {390, 844, false, "zh-CN"}, {390, 844, true, "zh-CN"}} {
		for fragment, ready := range map[string]string{
			"#/traffic":   `document.querySelectorAll("#rows tbody tr").length === 4`,
			"#/traffic/1": `document.querySelectorAll("#d-messages .attempts li").length === 2`,
			"#/traffic/4": `document.querySelector("#d-error .error") !== null`,
			"#/rules":     `document.querySelector("#p-result .rules") !== null`,
			"#/faults":    `document.querySelector("#chart .calls") !== null`,
		} {
			t.Run(fmt.Sprint(l.width, " dark ", l.dark, " ", fragment), func(t *testing.T) {
				b := open(t, d, fragment, l)
				b.until("the view is filled", ready)
				if fragment == "#/rules" {
					b.write("#p-rules", "rules: [{topic: a/#}]")
					b.until("mistakes are shown", `document.querySelectorAll("#p-mistakes button").length > 0`)
				}
				if wide := evaluate[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
					t.Errorf("the view is %d pixels wider than the screen: %s", wide, evaluate[string](b, `[...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > document.documentElement.clientWidth).slice(0, 5).map((e) => e.tagName + "#" + e.id + "." + e.className).join(", ")`))
				}
				b.noComplaints()
				for _, v := range b.axe(string(axe)) {
					t.Error(v)
				}
			})
		}
	}
}

// axe lists the problems that axe-core calls serious or critical.
func (b *tab) axe(source string) []string {
	b.t.Helper()
	evaluate[chromedp.Void](b, source)
	await := func(p *runtime.EvaluateParams) {
		yes := true
		p.AwaitPromise = &yes
	}
	list, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`axe.run(document).then((r) => {
		if (r.passes.length < 10) throw new Error("axe looked at nothing");
		return r.violations.filter((v) => v.impact === "serious" || v.impact === "critical")
			.map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html + " " + n.failureSummary).join("; "));
	})`, await))
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// The page uses the browser's language.
func TestLanguages(t *testing.T) {
	d := startDev(t, doorRules)
	b := open(t, d, "", look{1280, 800, false, "zh-CN"})
	b.shows("nav", "配额与故障")
	b.shows("#live", "实时")
	b.until("the document says so", `document.documentElement.lang === "zh"`)
	d.post(t, door("e-1", "north"))
	b.shows("#rows tbody", "已发送")
	b.noComplaints()
}
