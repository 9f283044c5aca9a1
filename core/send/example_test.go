package send_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
)

// flaky fails this many times before it works.
type flaky struct {
	failures int
	err      error
}

func (f *flaky) SendMessage(context.Context, string, string) (core.Receipt, error) {
	if f.failures > 0 {
		f.failures--
		return core.Receipt{}, f.err
	}
	return core.Receipt{MsgID: "5A0F"}, nil
}

// An error's Retry decides about another attempt.
func ExampleRetry() {
	passing := &fault.Error{Fault: fault.Fault{Class: fault.ClassTransient, Retry: fault.RetryBackoff}, Text: "try again"}
	r, err := send.Retry(&flaky{2, passing}, nil).SendMessage(context.Background(), "a/b", "x")
	fmt.Println(r.MsgID, r.Attempts, err)

	final := fault.New(fault.CodeTopicInvalid, fault.ActorSender, "no such topic")
	r, err = send.Retry(&flaky{2, final}, nil).SendMessage(context.Background(), "a/b", "x")
	fmt.Println(r.MsgID, r.Attempts, err)
	// Output:
	// 5A0F 3 <nil>
	//  1 no such topic
}

// A caller that would wait too long gets an error at once.
func ExampleLimiter_Wait() {
	l := send.NewLimiter(250)
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Second)
	defer cancel()
	if err := l.Wait(ctx); fault.Of(err).Code == fault.CodeLimiterFull {
		fmt.Println("retry in", fault.Of(err).RetryAfter)
	}
}

// Throttled answers halve the rate, and successes raise it slowly.
func ExampleLimiter_Feedback() {
	l := send.NewLimiter(200)
	l.Feedback(&fault.Error{Fault: fault.Fault{Class: fault.ClassThrottled, Reach: fault.Answered}})
	fmt.Println(l.Rate())
	// Output: 100
}

func ExampleInFlight() {
	s := send.InFlight(&flaky{}, 32, nil) // at most 32 calls at once
	r, err := s.SendMessage(context.Background(), "a/b", "x")
	fmt.Println(r.MsgID, err)
	// Output: 5A0F <nil>
}

// After five rejections of the credentials in a row, no calls are made.
func ExampleBreaker() {
	refused := &fault.Error{Fault: fault.Fault{Class: fault.ClassCredential, Code: "InvalidAccessKeyId", Reach: fault.Answered}, Text: "no such key"}
	b := send.NewBreaker(&flaky{100, refused}, nil)
	for range 5 {
		b.SendMessage(context.Background(), "a/b", "x")
	}
	_, err := b.SendMessage(context.Background(), "a/b", "x")
	fmt.Println(b.State(), fault.Of(err).Code, errors.Is(err, refused))
	// Output: open CredentialsRefused true
}
