package functions

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"sync"
)

// UntilSignal returns a context that ends with ctx and with the first of the signals. The second one ends the process as if
// nobody had caught it, however soon it comes. What the caller has a process ignore, as nohup does with SIGHUP, stays ignored.
// Stop lets go of the signals.
func UntilSignal(ctx context.Context, signals ...os.Signal) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals = slices.DeleteFunc(signals, signal.Ignored)
	if len(signals) == 0 { // Notify would take none for all
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

// endBy has the system do what it does with a signal that is not caught.
func endBy(s os.Signal) {
	signal.Reset(s)
	if self, err := os.FindProcess(os.Getpid()); err != nil || self.Signal(s) != nil {
		os.Exit(1)
	}
}
