// Command http receives CloudEvents over HTTP and sends MQTT messages. The environment configures it.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/coreos/go-systemd/v22/daemon"
	_ "golang.org/x/crypto/x509roots/fallback" // an image from scratch has no roots of its own
	"golang.org/x/sync/errgroup"

	"sendbridge/adapters/webhook"
	"sendbridge/core/bridge"
	"sendbridge/functions"
	"sendbridge/functions/metrics"
	"sendbridge/functions/tracing"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println("Takes no arguments. Serves CloudEvents over HTTP and sends MQTT messages. Settings, from the environment:")
		functions.WriteSettings(os.Stdout)
		if os.Args[1] != "--help" && os.Args[1] != "-h" {
			os.Exit(2)
		}
		return
	}
	ctx, stop := functions.UntilSignal(context.Background(), os.Interrupt, syscall.SIGTERM) // a second signal ends the process at once
	err := run(ctx)
	stop()
	if err != nil {
		functions.LogFailure(os.Stderr, os.Environ(), err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	config, rules, parts, err := functions.FromEnvironment(os.Environ(), os.Stderr)
	if err != nil {
		return err
	}
	var app *functions.App
	observed := &metrics.Options{
		Rate:     func() float64 { return app.Rate() },
		Breaker:  func() string { return app.Breaker() },
		Requests: func() map[webhook.Request]int { return app.Requests.Snapshot() },
		Rules:    func() metrics.Rules { return metrics.Rules(app.RulesState()) },
	}
	if config.Redis != "" {
		observed.Fleet = func() metrics.Fleet { return metrics.Fleet(app.FleetState()) }
	}
	exporter := metrics.New(functions.Version(), parts.Tally, observed)
	tracer, err := tracing.FromEnvironment(ctx, parts.Environ, parts.Log)
	if err != nil {
		return err
	}
	defer tracer.Close(ctx)
	parts.Trace = tracer.Trace()
	parts.Observe = bridge.Observers(exporter.Observe, tracer.Observe)
	parts.Timings = functions.Timings{Wait: exporter.ObserveWait, Message: exporter.ObserveMessage}
	if app, err = functions.New(config, rules, parts); err != nil {
		return err
	}
	defer app.Close()
	defer onHangup(app.Reload)()
	return serve(ctx, app, exporter.Handler())
}

// onHangup calls do at each SIGHUP until the returned function is called.
func onHangup(do func()) (end func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for range hangups {
			do()
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(hangups)
	}
}

// serve runs the handler and, on another address, the metrics.
func serve(ctx context.Context, app *functions.App, scrape http.Handler) error {
	l, err := net.Listen("tcp", app.Config.Listen)
	if err != nil {
		return fmt.Errorf("SENDBRIDGE_LISTEN: %w", err)
	}
	group, groupCtx := errgroup.WithContext(ctx)
	served, done := context.WithCancel(context.WithoutCancel(ctx)) // keep serving metrics while draining
	defer done()
	admin := app.Config.AdminListen
	if app.Config.HasAdmin() {
		l, err := net.Listen("tcp", admin)
		if err != nil {
			return fmt.Errorf("SENDBRIDGE_ADMIN_LISTEN: %w", err)
		}
		admin = l.Addr().String()
		mux := http.NewServeMux()
		mux.Handle("/metrics", scrape)
		group.Go(func() error { return functions.ServeUntil(served, l, mux) })
	}
	notify(daemon.SdNotifyReady)
	group.Go(func() error {
		select {
		case <-groupCtx.Done():
		case <-served.Done():
		}
		notify(daemon.SdNotifyStopping)
		return nil
	})
	group.Go(func() error {
		defer done()
		return app.Serve(groupCtx, l, "admin", admin)
	})
	return group.Wait()
}

// notify sends a state to systemd if systemd started the process.
func notify(state string) { daemon.SdNotify(false, state) }
