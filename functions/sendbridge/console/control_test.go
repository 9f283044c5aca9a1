package console

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/onstest"
)

// The state lists each injected fault until it is ended or used up.
func TestWhatIsBrokenIsShown(t *testing.T) {
	c := newTestConsole(t)
	for _, code := range onstest.FaultCodes() {
		if w := c.ask(t, "POST", "/api/faults", `[{"code":"`+code+`","times":2,"delayMs":1}]`); w.Code != 204 {
			t.Errorf("%s: %d %s", code, w.Code, w.Body)
		}
	}
	if n := len(c.state().Faults); n != len(onstest.FaultCodes()) || n < 50 {
		t.Errorf("%d faults wait", n)
	}
	c.ask(t, "DELETE", "/api/faults", "")
	c.ask(t, "POST", "/api/faults", `[{"code":"NoPermission","times":1}]`)
	if f := c.state().Faults; len(f) != 1 || f[0].Code != "NoPermission" {
		t.Errorf("%+v", f)
	}
	c.postEvent(t, "/", door("1"))
	if s := c.state(); len(s.Faults) != 0 || s.Stats.Rejected["NoPermission"] != 1 || s.Breaker != "closed" || s.Rate != 250 {
		t.Errorf("%+v", s)
	}
	for _, change := range []string{`{"deny":["emulator"]}`, `{"lifetimeSeconds":7}`} {
		if w := c.ask(t, "POST", "/api/credentials", change); w.Code != 204 {
			t.Error(w.Body)
		}
	}
	if s := c.state().Changed; len(s.Deny) != 1 || s.LifetimeSeconds != 7 {
		t.Errorf("%+v", s)
	}
	c.ask(t, "POST", "/api/credentials", `{"delete":["emulator"]}`)
	if s := c.state().Changed; len(s.Deny) != 0 || len(s.Delete) != 1 {
		t.Errorf("%+v", s)
	}
	c.ask(t, "DELETE", "/api/credentials", "")
	if s := c.state().Changed; len(s.Deny)+len(s.Delete)+s.LifetimeSeconds != 0 {
		t.Errorf("%+v", s)
	}
	for target, body := range map[string]string{"/api/faults": `[{"code":"Nonsense"}]`, "/api/credentials": `{"deny":["nobody"]}`, "/api/rules/apply": `{"sauce":""}`} {
		if w := c.ask(t, "POST", target, body); w.Code != 400 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// The state lists a blocked address, and a request unblocks it.
func TestBlocksEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestConsole(t, func(_ string, p *Parts) { p.Quota = onstest.Quota{Account: 9, Address: 3, Block: time.Minute} })
		if s := c.state(); s.Limits != (limits{9, 3, 60}) {
			t.Errorf("%+v", s.Limits)
		}
		for range 301 {
			r := httptest.NewRequest("POST", "/", nil)
			r.RemoteAddr = "192.0.2.9:1"
			func() {
				defer func() { recover() }()
				c.Emulator.ServeHTTP(httptest.NewRecorder(), r)
			}()
		}
		if s := c.state().Stats; len(s.Blocked) != 1 || s.LastSecond.Address["192.0.2.9"] != 301 {
			t.Errorf("%+v", s)
		}
		c.ask(t, "DELETE", "/api/stats", "")
		if s := c.state().Stats; len(s.Blocked) != 0 || s.Requests != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// The chart has one measure per second for five minutes, each with the calls of its second.
func TestLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestConsole(t)
		ctx, cancel := context.WithCancel(t.Context())
		go c.Run(ctx)
		time.Sleep(time.Second / 2)
		for i := range 3 {
			c.postEvent(t, "/", door(string(rune('a'+i))))
		}
		if err := c.Emulator.Fail(onstest.Fault{Code: "NoPermission"}); err != nil {
			t.Fatal(err)
		}
		c.postEvent(t, "/", door("d"))
		time.Sleep(time.Second)
		first := c.load.since(time.Time{})
		if len(first) != 1 || first[0].Account != 4 || first[0].Address != 4 || first[0].Accepted != 3 || first[0].Rejected != 1 {
			t.Errorf("%+v", first)
		}
		time.Sleep(time.Second)
		if more := c.load.since(first[0].Time); len(more) != 1 || more[0].Account != 0 || more[0].Accepted != 0 {
			t.Errorf("%+v", more)
		}
		time.Sleep(time.Hour)
		if all := c.load.since(time.Time{}); len(all) != kept {
			t.Errorf("%d measures", len(all))
		}
		cancel()
		synctest.Wait()
	})
}

// A page that reconnects receives only new rows, or all rows after a restart of dev.
func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestConsole(t)
		c.postEvent(t, "/", door("1"))
		first := c.watch(t, "/api/stream", func() { c.postEvent(t, "/", door("2")) })
		if len(first.seqs) != 2 || first.hello.Run == "" || first.hello.Kept != maxRows || len(first.hello.Faults) < 50 || first.states == 0 {
			t.Errorf("%+v", first)
		}
		c.postEvent(t, "/", door("3"))
		again := c.watch(t, "/api/stream?after=2&run="+first.hello.Run, func() {})
		if len(again.seqs) != 1 || again.seqs[0] != 3 {
			t.Errorf("again: %v", again.seqs)
		}
		other := c.watch(t, "/api/stream?after=2&run=another", func() {})
		if len(other.seqs) != 3 {
			t.Errorf("with another run: %v", other.seqs)
		}
	})
}

type watched struct {
	hello  hello
	seqs   []int
	states int
}

// watch reads a stream for two seconds of virtual time, in the middle of which it calls do.
func (c *Console) watch(t *testing.T, target string, do func()) (seen watched) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := httptest.NewRecorder()
	ended := make(chan bool)
	go func() {
		c.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", target, nil))
		close(ended)
	}()
	time.Sleep(time.Second)
	do()
	time.Sleep(time.Second)
	cancel()
	<-ended
	name := ""
	for lines := bufio.NewScanner(strings.NewReader(w.Body.String())); lines.Scan(); {
		if n, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = n
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var list listing
		var err error
		switch name {
		case "hello":
			err = json.Unmarshal([]byte(data), &seen.hello)
		case "rows":
			err = json.Unmarshal([]byte(data), &list)
		case "state":
			seen.states++
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.Rows {
			seen.seqs = append(seen.seqs, r.Seq)
		}
	}
	return seen
}
