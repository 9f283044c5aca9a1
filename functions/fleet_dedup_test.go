package functions_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Instances with Redis send a message once, whichever of them receives the event. Without Redis each sends it.
func TestInstancesOfAFleetSendAMessageOnce(t *testing.T) {
	for name, c := range map[string]struct {
		redis string
		want  int
	}{"with Redis": {"redis://redis.example", 1}, "without": {"", 3}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api, redis := newAPI(), miniredis.NewMiniRedis()
				defer func() { // after the instances
					redis.Close()
					time.Sleep(time.Minute) // what a client's connections leave behind ends by itself
				}()
				s := scenario{}
				ids := map[string]bool{}
				var mu sync.Mutex
				var all sync.WaitGroup
				for n := range 3 {
					dial := func(context.Context, string) (net.Conn, error) { return redis.Dial() }
					i := configured(t, place{api.wire.transport(s.address(n)), dial}, "SENDBRIDGE_RATE=7", "SENDBRIDGE_REDIS="+c.redis)
					defer i.close()
					all.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), patience)
						defer cancel()
						msgID, err := i.deliver(ctx, "1")
						if err != nil {
							t.Error(err)
						}
						mu.Lock()
						defer mu.Unlock()
						ids[msgID] = true
					})
				}
				all.Wait()
				if sent := api.Stats().Published; sent != c.want || len(ids) != c.want {
					t.Errorf("%d messages, MsgIds %s; want %d", sent, fmt.Sprint(ids), c.want)
				}
				if err := api.server.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
