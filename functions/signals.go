package functions

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"sync"
)

// UntilSignal returns a context that ends with ctx or with the first of the signals. The second signal ends the process as
// if it were not caught, however soon it comes. A signal that the caller made the process ignore, as nohup does with
// SIGHUP, stays ignored. stop releases the signals.
func UntilSignal(ctx context.Context, signals ...os.Signal) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals = slices.DeleteFunc(signals, signal.Ignored)
	if len(signals) == 0 { // Notify without signals would mean all signals
		return ctx, cancel
	}
	caught, stopped := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(caught, signals...)
	go func() {
		defer signal.Stop(caught)
		select {
		case <-caught:
			cancel()
		case <-stopped:
			return
		}
		select {
		case s := <-caught:
			endBy(s)
		case <-stopped:
		}
	}()
	return ctx, sync.OnceFunc(func() {
		close(stopped)
		cancel()
	})
}

// endBy makes the system handle a signal as if it were not caught.
func endBy(s os.Signal) {
	signal.Reset(s)
	if self, err := os.FindProcess(os.Getpid()); err != nil || self.Signal(s) != nil {
		os.Exit(1)
	}
}
