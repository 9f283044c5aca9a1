// Command fc is the function for Function Compute. It works in the runtime go1 and in custom runtimes, which it detects
// from the environment. The environment also configures it.
package main

import (
	"context"
	"errors"
	"os"
	"syscall"

	"sendbridge/adapters/alifc"
	"sendbridge/core"
	"sendbridge/functions"
)

func main() {
	ctx, stop := functions.UntilSignal(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		functions.LogFailure(os.Stderr, os.Environ(), err)
		os.Exit(1)
	}
}

var errNoRuntime = errors.New("this is a function for Alibaba Cloud's Function Compute, but neither FC_RUNTIME_API (runtime go1) nor FC_SERVER_PORT or FC_CUSTOM_LISTEN_PORT (custom runtimes) is set: deploy it with s.yaml, or run bin/http elsewhere")

func run(ctx context.Context) error {
	go1 := os.Getenv("FC_RUNTIME_API") != ""
	if !go1 && os.Getenv("FC_SERVER_PORT") == "" && os.Getenv("FC_CUSTOM_LISTEN_PORT") == "" {
		return errNoRuntime
	}
	config, rules, parts, err := functions.FromEnvironment(os.Environ(), os.Stderr)
	if err != nil {
		return err
	}
	app, metrics, err := functions.NewFunction(config, rules, parts, &functions.InvocationOptions{Function: os.Getenv("FC_FUNCTION_NAME")})
	if err != nil {
		return err
	}
	if go1 {
		app.Start("go1")
		return serveGo1(ctx, app, function(app, metrics, go1Invocation))
	}
	return serveCustom(ctx, app, function(app, metrics, alifc.InvocationOf))
}

// function answers events of every trigger.
func function(app *functions.App, metrics *functions.InvocationMetrics, invocation func(context.Context) core.Invocation) functions.Invoke {
	h := alifc.New(app.Bridge.Deliver, &alifc.Options{
		Sources:    alifc.SourceOptions{Trigger: app.Config.Trigger, Source: app.Config.Source, Type: app.Config.Type, Triggers: app.Config.Triggers},
		Invocation: invocation,
		HTTP:       app.Handler(),
		Tally:      app.Requests,
		Log:        app.Log(),
	})
	return app.Resumable(functions.Function(app.OrDoctor(h.Invoke), metrics, os.Stderr))
}
