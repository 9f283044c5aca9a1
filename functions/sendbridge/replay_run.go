package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// replayCounts counts the outcomes of the items of a file.
type replayCounts struct {
	read     int
	outcomes map[core.Outcome]int
	skipped  map[string]int // by reason
	reasons  map[string]int // errors by code
}

// all delivers the items of a file, chunk by chunk, until ctx ends. It finishes the messages in flight then, because
// the next run would send them twice.
func (r *replay) all(ctx context.Context, in io.Reader) error {
	r.counts = replayCounts{outcomes: map[core.Outcome]int{}, skipped: map[string]int{}, reasons: map[string]int{}}
	if r.bar != nil {
		bar := progressReader{in, r.bar}
		defer r.bar.Finish()
		in = bar
	}
	var chunk []core.Record
	for it, err := range items(in) {
		if err != nil {
			r.flush(ctx, chunk)
			return err
		}
		if chunk = r.add(chunk, it); len(chunk) < r.chunk {
			continue
		}
		r.flush(ctx, chunk)
		chunk = chunk[:0]
		if err := errors.Join(context.Cause(ctx), r.sent.failed()); err != nil {
			return err
		}
	}
	r.flush(ctx, chunk)
	return r.sent.failed()
}

// add appends the event of an item, unless an earlier run sent it or the filter leaves it out.
func (r *replay) add(chunk []core.Record, it item) []core.Record {
	r.counts.read++
	key := keyOf(it.text)
	if r.sent.sent[key] {
		r.counts.skipped["sent by an earlier run"]++
		return chunk
	}
	records, err := wayIn{}.decode(it.text)
	if err != nil {
		records = []core.Record{{Err: fmt.Errorf("%s: %w", it.place, err)}}
	}
	for i := range records {
		rec := &records[i]
		if rec.Err == nil {
			if why := r.keep(&rec.Event); why != "" {
				r.counts.skipped[why]++
				continue
			}
		}
		rec.MessageID = key
		chunk = append(chunk, *rec)
	}
	return chunk
}

// flush delivers a chunk. It starts no chunk after ctx has ended, and never interrupts one that has started.
func (r *replay) flush(ctx context.Context, chunk []core.Record) {
	if ctx.Err() != nil || len(chunk) == 0 {
		return
	}
	for _, result := range r.deliver(context.WithoutCancel(ctx), chunk) {
		r.counts.outcomes[result.Outcome]++
		if result.Err != nil {
			f := fault.Of(result.Err)
			r.counts.reasons[fmt.Sprintf("%s (class %s)", f.Code, f.Class)]++
		}
		if r.dryRun {
			for _, d := range result.Deliveries {
				fmt.Fprintf(r.out, "%s %s %s\n", result.Event.ID(), d.Rule, d.Topic)
			}
		}
	}
}

// report prints the counts. It returns an error if an event was not sent.
func (r *replay) report(t terminal, file string, err error) error {
	c := &r.counts
	verb := "sent"
	if r.dryRun {
		verb = "would be sent"
	}
	fmt.Fprintf(t.err, "%d read: %d %s, %d duplicate, %d matched no rule, %d refused, %d failed\n", c.read,
		c.outcomes[core.Sent], verb, c.outcomes[core.Duplicate], c.outcomes[core.Dropped], c.outcomes[core.Refused], c.outcomes[core.Failed])
	for _, why := range slices.Sorted(maps.Keys(c.skipped)) {
		fmt.Fprintf(t.err, "%d left out: %s\n", c.skipped[why], why)
	}
	for _, code := range slices.Sorted(maps.Keys(c.reasons)) {
		fmt.Fprintf(t.err, "%d not sent: %s\n", c.reasons[code], code)
	}
	switch notSent := c.outcomes[core.Refused] + c.outcomes[core.Failed]; {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: stopped; run the same command again to continue", file)
	case err != nil:
		return fmt.Errorf("%s: %w", file, err)
	case notSent > 0:
		return fmt.Errorf("%d of %d events not sent; run the same command again to retry them", notSent, c.read)
	case c.outcomes[core.Dropped] > 0:
		return exitError{unmatched, fmt.Sprintf("%d of %d events not sent: no rule matches them", c.outcomes[core.Dropped], c.read)}
	}
	return nil
}

// A progressReader advances a bar by the bytes that are read.
type progressReader struct {
	io.Reader
	bar interface{ Add(int) error }
}

func (p progressReader) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	p.bar.Add(n)
	return n, err
}
