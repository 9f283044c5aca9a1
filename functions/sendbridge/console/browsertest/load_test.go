package browsertest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"
)

// After ten thousand events the page shows the newest thousand and counts them all, uses less than 200 MB, and
// responds.
func TestTenThousandEvents(t *testing.T) {
	t.Setenv("SENDBRIDGE_RATE", "0")
	d := startDev(t, doorRules, "--qps", "0", "--address-qps", "0")
	b := openAlone(t, d, "", desktop)
	const batches, size = 50, 200
	for i := range batches {
		events := make([]string, size)
		for j := range events {
			events[j] = door(fmt.Sprintf("e-%d-%d", i, j), "north")
		}
		d.postBatch(t, "["+strings.Join(events, ",")+"]")
	}
	b.shows("#count", "1,000 shown · newest 1,000 kept of 10,000 events")
	if n := evaluate[int](b, `document.querySelectorAll("#rows tbody tr").length`); n != 1000 {
		t.Errorf("%d rows", n)
	}
	b.write("#search", fmt.Sprintf("e-%d-7", batches-1))
	b.shows("#count", "11 shown") // 7 and 70 to 79
	b.click("#rows tbody tr:not([hidden]) a")
	b.shows("#d-messages .topic", "site/north/door")
	page, all := memoryOf(t, b)
	t.Logf("the page's heap has %d MB, the largest renderer %d MB", page>>20, all>>20)
	if all > 200<<20 {
		t.Errorf("the largest renderer has %d MB, want at most 200", all>>20)
	}
	b.noComplaints()
}

// memoryOf returns the size of the page's JavaScript heap, and the private memory of the largest renderer process.
func memoryOf(t *testing.T, b *tab) (heap, renderer int) {
	t.Helper()
	heap = evaluate[int](b, `performance.memory.usedJSHeapSize`)
	if _, err := chromedp.Call(b.ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil { // count only what is still referenced
		t.Fatal(err)
	}
	list, err := chromedp.CallBrowser(b.ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list.ProcessInfo {
		if p.Type == "renderer" {
			renderer = max(renderer, anonymous(t, p.ID))
		}
	}
	if heap == 0 || renderer == 0 {
		t.Fatalf("heap %d, renderer %d: nothing was measured", heap, renderer)
	}
	return heap, renderer
}

// anonymous returns the memory of a process that is not backed by files, or 0 if the process has ended.
func anonymous(t *testing.T, pid int64) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	return 0
}
