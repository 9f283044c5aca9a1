package send_test

import (
	"context"
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// BenchmarkChain measures the cost of the senders around the client for a message that is sent at once.
func BenchmarkChain(b *testing.B) {
	instant := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) { return core.Receipt{MsgID: "M"}, nil })
	const plenty = 1 << 30
	limiter := send.NewLimiter(plenty)
	whole, _, _ := chain(instant, plenty)
	cases := []struct {
		name   string
		sender core.Sender
	}{
		{"client", instant},
		{"limiter", send.Paced(instant, limiter.Wait)},
		{"retry", send.Retry(instant, &send.RetryOptions{Pace: limiter.Wait})},
		{"retry-limit", send.Retry(instant, &send.RetryOptions{Limit: 4 * time.Second, Pace: limiter.Wait})},
		{"breaker", send.NewBreaker(instant, &send.BreakerOptions{Answered: limiter.Feedback})},
		{"all", whole},
	}
	for _, c := range cases {
		run := func(ctx context.Context, fail func(...any)) {
			if _, err := c.sender.SendMessage(ctx, "t", "p"); err != nil {
				fail(err)
			}
		}
		ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
		defer cancel()
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run(ctx, b.Fatal)
			}
		})
		b.Run(c.name+"-parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					run(ctx, b.Error)
				}
			})
		})
	}
}
