// Command http serves the HTTP handler: CloudEvents come in, MQTT messages go out. The environment configures it.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"sendbridge/functions"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println("Serves CloudEvents over HTTP and sends MQTT messages. Settings, from the environment:")
		functions.WriteSettings(os.Stdout)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	app, err := functions.FromEnvironment(os.Environ(), os.Stderr)
	if err != nil {
		return err
	}
	defer app.Close()
	l, err := net.Listen("tcp", app.Config.Listen)
	if err != nil {
		return err
	}
	return app.Serve(ctx, l)
}
