package fleet

import (
	"context"
	"errors"
	"time"

	"github.com/redis/rueidis"
)

// patience is how long a caller waits for Redis.
const patience = 50 * time.Millisecond

// ErrUnavailable is the error if Redis was not asked or did not answer. The caller then works without Redis. Its text
// contains no password.
var ErrUnavailable = errors.New("redis is not available")

var errSlow = errors.New("no answer within " + patience.String())

// run runs a script in Redis and returns its answer within 50 ms. While Redis is unavailable, two calls a second ask it,
// and the others return at once. Every error is ErrUnavailable, except that of a caller that went away.
func (f *Fleet) run(ctx context.Context, script *rueidis.Lua, keys, args []string) (rueidis.RedisMessage, error) {
	if err := ctx.Err(); err != nil {
		return rueidis.RedisMessage{}, err
	}
	probe, ok := f.health.enter()
	if !ok {
		return rueidis.RedisMessage{}, ErrUnavailable
	}
	bounded, cancel := context.WithTimeoutCause(ctx, patience, errSlow)
	defer cancel()
	type outcome struct {
		message rueidis.RedisMessage
		err     error
	}
	done := make(chan outcome, 1)
	go func() { // the library ignores the context while it waits for another caller's connection
		m, err := f.exec(bounded, script, keys, args)
		done <- outcome{m, err}
	}()
	var o outcome
	select {
	case o = <-done:
	case <-bounded.Done():
		o.err = bounded.Err()
	}
	wentAway := ctx.Err() != nil && o.err != nil
	if o.err != nil && errors.Is(context.Cause(bounded), errSlow) {
		o.err = errSlow
	}
	f.health.leave(probe, o.err, wentAway)
	switch {
	case wentAway:
		return o.message, ctx.Err()
	case o.err != nil:
		return o.message, ErrUnavailable
	}
	return o.message, nil
}

func (f *Fleet) exec(ctx context.Context, script *rueidis.Lua, keys, args []string) (rueidis.RedisMessage, error) {
	client, err := f.link.client(ctx)
	if err != nil {
		return rueidis.RedisMessage{}, err
	}
	m, err := script.Exec(ctx, client, keys, args).ToMessage()
	if rueidis.IsRedisNil(err) {
		err = nil
	}
	return m, err
}

// Health returns the current state of Redis.
func (f *Fleet) Health() Health { return f.health.status() }
