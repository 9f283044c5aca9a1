package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A tab is a page of the console in a browser.
type tab struct {
	t      *testing.T
	ctx    context.Context
	mu     sync.Mutex
	faults []string // errors that the browser reported
}

// patience is the longest wait for a condition. Only a failing test waits that long.
const patience = 60 * time.Second

// How a browser is set up.
type look struct {
	width, height int64
	dark          bool
	lang          string
}

var desktop = look{width: 1280, height: 800, lang: "en-US"}

// browser starts one browser for all tests when the first needs it. Each test opens its own tabs.
var browser = sync.OnceValues(func() (ctx context.Context, err error) {
	ctx, stopBrowser, err = launch()
	return ctx, err
})

var stopBrowser = func() {}

// launch starts a browser. The function that it returns ends it.
func launch() (context.Context, func(), error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, func() {}, fmt.Errorf("%w: apt-get install chromium", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
	if os.Getuid() == 0 { // the sandbox refuses to work for root
		options = append(options, chromedp.NoSandbox)
	}
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, end, chromedp.Do(ctx)
}

// open shows a view of the console in a new tab.
func open(t *testing.T, d *dev, fragment string, l look) *tab {
	t.Helper()
	ctx, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	return openIn(t, ctx, d, fragment, l)
}

// openAlone is like open, in a browser with no other page.
func openAlone(t *testing.T, d *dev, fragment string, l look) *tab {
	t.Helper()
	ctx, end, err := launch()
	t.Cleanup(end)
	if err != nil {
		t.Fatal(err)
	}
	return openIn(t, ctx, d, fragment, l)
}

func openIn(t *testing.T, ctx context.Context, d *dev, fragment string, l look) *tab {
	t.Helper()
	b := &tab{t: t}
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b.ctx = ctx
	go b.listen()
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	b.do(chromedp.EmulateViewport(l.width, l.height),
		chromedp.Func(func(ctx context.Context, to *chromedp.Target) error {
			_, err := cdp.Call(ctx, to, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		}),
		chromedp.Func(func(ctx context.Context, to *chromedp.Target) error {
			_, err := cdp.Call(ctx, to, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "browsertest", AcceptLanguage: l.lang})
			return err
		}),
		chromedp.Navigate(d.console+fragment))
	b.live()
	return b
}

// live waits until the page is connected to dev.
func (b *tab) live() {
	b.t.Helper()
	b.until("the page is live", `document.documentElement.dataset.live === "yes"`)
}

// listen records exceptions and violations of the page's policy.
func (b *tab) listen() {
	for m, err := range chromedp.Console(b.ctx) {
		if err != nil {
			return
		}
		if m.IsException() || m.Type == "error" && m.Source != "network" {
			b.mu.Lock()
			b.faults = append(b.faults, m.String())
			b.mu.Unlock()
		}
	}
}

// noComplaints fails the test if the browser has reported an error.
func (b *tab) noComplaints() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.faults) > 0 {
		b.t.Errorf("the browser reports: %s", strings.Join(b.faults, "\n"))
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for a JavaScript condition. If it does not come true, it shows the page's text.
func (b *tab) until(what, condition string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Poll[chromedp.Void](condition, chromedp.WithPollingTimeout(0))); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		b.t.Fatalf("timed out: %s: %s\n%v\n%s", what, condition, err, text)
	}
}

// shows waits for a visible element that contains a text.
func (b *tab) shows(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("%s shows %q", selector, text), showing(selector, text))
}

// lacks waits until no visible element contains a text.
func (b *tab) lacks(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("%s does not show %q", selector, text), "!"+showing(selector, text))
}

func showing(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].some((e) => e.checkVisibility() && (e.matches("input, textarea") ? e.value : e.innerText).includes(%s))`, quote(selector), quote(text))
}

// click clicks an element with the mouse.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// write replaces the text of a field and triggers its input event.
func (b *tab) write(selector, text string) {
	b.t.Helper()
	evaluate[bool](b, fmt.Sprintf(`{ const e = document.querySelector(%s); e.focus(); e.select(); document.execCommand("insertText", false, %s); }`, quote(selector), quote(text)))
}

// evaluate returns the value of an expression in the page.
func evaluate[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (b *tab) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// quote returns a JSON string, which is valid JavaScript.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSpace(b.String())
}

// navigate goes to a view.
func navigate(d *dev, fragment string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, to *chromedp.Target) error {
		_, err := chromedp.Evaluate[string]("location.hash = "+quote(fragment))(ctx, to)
		return err
	})
}
