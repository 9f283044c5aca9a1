package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"sendbridge/adapters/alifc"
	"sendbridge/core/onsmqtt"
	"sendbridge/functions"
)

const (
	// longest is longer than any invocation may take, because the runtime enforces the function's timeout.
	longest = 24 * time.Hour
	// idle is how long the runtime expects its connections to be kept.
	idle = 15 * time.Minute
)

// serveCustom answers the requests of a custom runtime until ctx ends.
func serveCustom(ctx context.Context, app *functions.App, invoke functions.Invoke) error {
	defer app.Close()
	l, err := net.Listen("tcp", app.Config.Listen)
	if err != nil {
		return fmt.Errorf("SENDBRIDGE_LISTEN: %w", err)
	}
	app.Start(l.Addr().String())
	return functions.NewServer(&alifc.Server{
		Invoke: invoke,
		HTTP:   app.Handler(),
		Begin: func(ctx context.Context, h http.Header) context.Context {
			return app.WithCredentials(functions.WithInvocation(ctx, h.Get("X-Fc-Request-Id")), credentialsOf(h))
		},
		Stop:      app.Close,
		ErrorType: functions.ErrorType,
		Log:       os.Stdout,
	}, longest, app.Log(), &functions.ServerOptions{Drain: app.Config.Drain, Idle: idle, Tally: app.Requests}).Serve(ctx, l)
}

// credentialsOf are those of the function's role. They are believed because this runs inside Function Compute, which lets
// no client send such headers.
func credentialsOf(h http.Header) onsmqtt.Credentials {
	return onsmqtt.Credentials{
		AccessKeyID:     h.Get("X-Fc-Access-Key-Id"),
		AccessKeySecret: h.Get("X-Fc-Access-Key-Secret"),
		SecurityToken:   h.Get("X-Fc-Security-Token"),
	}
}
