package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/internal/shorten"
	"sendbridge/internal/timelimit"
)

// receive handles a request that has passed the check of its headers. A sender that has authenticated with them takes a place
// before the body is read, any other sender after that.
func (h *Handler) receive(w http.ResponseWriter, r *http.Request, to *target, at *servedInlet) (a answer, err error) {
	if r.ContentLength > h.maxBody {
		return a, bodyTooLarge(h.maxBody)
	}
	if at == nil {
		if _, err := modeOf(r.Header); err != nil { // before a body is read for nothing
			return a, err
		}
	}
	ctx := timelimit.With(r.Context(), h.timeout)
	defer ctx.Release()
	proven := at == nil && h.bearer.IsSet() || at != nil && at.AuthenticatesByHead()
	var held place
	defer held.leave()
	if proven {
		if err := held.take(h.places, r.ContentLength); err != nil {
			return a, err
		}
	}
	wire, err := h.read(ctx, w, r, proven)
	if err == nil && at != nil {
		if err = at.CheckBody(r.WithContext(ctx), wire); err != nil {
			return greet(r, at, wire, err)
		}
	}
	if err != nil {
		return a, err
	}
	if err := held.take(h.places, int64(len(wire))); err != nil {
		return a, err
	}
	if at != nil {
		return h.receiveAt(ctx, r, to, at, wire)
	}
	_, decoded := h.span.Begin(ctx, "decode")
	records, m, err := decodeWire(r, wire, h.maxBody)
	decoded(err)
	if err != nil {
		return a, err
	}
	return h.settle(ctx, to, records, m), nil
}

// receiveAt handles a request to an inlet after the sender has authenticated.
func (h *Handler) receiveAt(ctx context.Context, r *http.Request, to *target, at *servedInlet, wire []byte) (a answer, err error) {
	b, err := bodyAt(at.Spec(), r.Header, wire, h.maxBody)
	if err != nil {
		return a, err
	}
	if reply, ok, err := at.Ask(r.WithContext(ctx), b.body); ok {
		return answerQuestion(reply), err
	}
	_, decoded := h.span.Begin(ctx, "decode")
	records, m, err := decodeInlet(at.Spec(), r, b)
	decoded(err)
	if err != nil {
		return a, err
	}
	return h.settle(ctx, to, records, m), nil
}

// settle delivers records and returns the answer with their outcomes.
func (h *Handler) settle(ctx context.Context, to *target, records []core.Record, m mode) answer {
	h.logRefused(ctx, records)
	results := to.deliver.Deliver(ctx, records)
	switch m {
	case batched:
		return h.saying.each(results, Status)
	case raw:
		return h.saying.event(&results[0], statusRaw)
	case lines:
		return h.saying.each(results, statusRaw)
	}
	return h.saying.event(&results[0], Status)
}

// logRefused writes one line for all invalid elements of a request: a small body may contain ten thousand.
func (h *Handler) logRefused(ctx context.Context, records []core.Record) {
	count := 0
	var attrs []slog.Attr
	for i := range records {
		if r := &records[i]; r.Err != nil {
			count += cloudevent.ElementsOf(r.Err)
			attrs = append(attrs, slog.String(strconv.Itoa(r.Index), shorten.Bytes(r.Err.Error(), 200)))
		}
	}
	if count > 0 {
		h.log.LogAttrs(ctx, slog.LevelWarn, "elements refused", slog.String("ingress", records[0].Ingress), slog.Int("count", count),
			slog.Attr{Key: "elements", Value: slog.GroupValue(attrs...)})
	}
}

// read reads the body within the limits of size and time. The server removes the deadline after the end of the body.
// Without a body no deadline must be set, because it would end the wait for the next request.
func (h *Handler) read(ctx context.Context, w http.ResponseWriter, r *http.Request, proven bool) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	deadline, _ := ctx.Deadline()
	if proven {
		http.NewResponseController(w).SetReadDeadline(deadline) // if w does not support it, the server's ReadTimeout applies
	} else {
		defer h.pendingBodies.admit(w, r, deadline).done()
	}
	if r.ContentLength < 0 { // one that says its length has been measured by it, and ends there
		r.Body = http.MaxBytesReader(w, r.Body, h.maxBody)
	}
	return readBody(r)
}
