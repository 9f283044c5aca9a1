package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/functions"
)

type replayCommand struct {
	File   string   `arg:"" help:"The file with dead letters: one CloudEvent per line, or a JSON array of CloudEvents; - reads standard input."`
	Rate   int      `help:"Calls per second. Replaces SENDBRIDGE_RATE and must not exceed it."`
	Since  string   `help:"Only events of this time or later: 2026-11-26T08:00:00Z, or 2h for the last two hours."`
	Rule   []string `help:"Only dead letters of this rule. Repeat it for several."`
	Code   []string `help:"Only dead letters with this code. Repeat it for several."`
	DryRun bool     `help:"Print what would be sent. Send nothing."`
	State  string   `help:"The file that records which events were sent, so that a second run can continue. The default is FILE.replayed; standard input has none." placeholder:"FILE"`
}

func (c *replayCommand) Run(ctx context.Context, t terminal) error {
	keep, err := c.filter(time.Now())
	if err != nil {
		return err
	}
	in := (*os.File)(nil)
	if c.File != "-" {
		if in, err = os.Open(c.File); err != nil {
			return err
		}
		defer in.Close()
	}
	r := &replay{keep: keep, dryRun: c.DryRun, out: t.out}
	if c.DryRun {
		err = r.pretend(t.environ)
	} else {
		err = r.open(c, t)
	}
	if err != nil {
		return err
	}
	defer r.close()
	ctx, stop := untilSignal(ctx)
	defer stop()
	if c.File == "-" {
		t.aboutToRead()
		err = r.all(ctx, t.in)
	} else {
		r.showProgress(in, t)
		err = r.all(ctx, in)
	}
	return r.report(t, c.File, err)
}

// A replay delivers the events of a file again and counts the outcomes.
type replay struct {
	deliver func(context.Context, []core.Record) []core.Result
	close   func()
	keep    filter
	chunk   int // records delivered together; a stop waits for this many
	sent    *journal
	bar     *progressbar.ProgressBar // nil if standard error is not a terminal
	dryRun  bool
	out     interface{ Write([]byte) (int, error) }
	counts  replayCounts
}

// open prepares r to send messages. It disables dead-lettering, because the dead letters are in the file that r reads.
func (r *replay) open(c *replayCommand, t terminal) error {
	config, rules, parts, err := functions.FromEnvironment(t.environ, t.err)
	if err != nil {
		return err
	}
	if c.Rate < 0 || config.Rate > 0 && c.Rate > config.Rate {
		return fmt.Errorf("--rate %d: want 1 to %d, the value of SENDBRIDGE_RATE", c.Rate, config.Rate)
	}
	if c.Rate > 0 {
		config.Rate = c.Rate
	}
	config.DeadLetter = ""
	state := c.State
	if state == "" && c.File != "-" {
		state = c.File + ".replayed"
	}
	if r.sent, err = openJournal(state); err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	parts.Observe = r.sent.observe
	app, err := functions.New(config, rules, parts)
	if err != nil {
		return err
	}
	r.deliver, r.chunk = app.Bridge.Deliver, chunkSize(config.Rate, config.Concurrency)
	r.close = func() {
		app.Close()
		r.sent.close()
	}
	return nil
}

// chunkSize returns the number of records that take about half a second.
func chunkSize(rate, concurrency int) int {
	if most := 4 * concurrency; rate == 0 || rate/2 > most {
		return most
	}
	return max(1, rate/2)
}

// pretend prepares r for a dry run: the rules make messages, but nothing sends them. It needs no credentials.
func (r *replay) pretend(environ []string) error {
	config, err := functions.Check(environ, "")
	if err != nil {
		return err
	}
	rules, err := functions.LoadRules(&config, "")
	if err != nil {
		return err
	}
	if r.sent, err = openJournal(""); err != nil {
		return err
	}
	r.deliver, r.chunk = bridge.New(notSent{}, rules.List, nil).Deliver, 128
	r.close = func() {}
	return nil
}

// notSent is the Sender of a dry run.
type notSent struct{}

func (notSent) SendMessage(context.Context, string, string) (core.Receipt, error) {
	return core.Receipt{MsgID: "dry run"}, nil
}

// showProgress draws a bar on a terminal. The bar counts the bytes that were read.
func (r *replay) showProgress(f *os.File, t terminal) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !functions.IsTerminal(t.err) {
		return
	}
	r.bar = progressbar.NewOptions64(info.Size(), progressbar.OptionSetWriter(t.err), progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish())
}
