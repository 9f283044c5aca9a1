// Command lambda is the bootstrap of an AWS Lambda function: it sends the events of each invocation as MQTT messages. The
// environment configures it.
package main

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"sendbridge/adapters/awslambda"
	"sendbridge/functions"
	"sendbridge/functions/internal/runtimelog"
)

func main() {
	h, err := start(os.Environ())
	if err != nil {
		functions.LogFailure(os.Stderr, os.Environ(), err)
		os.Exit(1)
	}
	lambda.Start(h)
}

// runtimeLog returns the log of the runtime's client. The client ends the process if the runtime's API does not answer, so
// that Lambda starts it again. The log delays this until the API answers.
func runtimeLog(l *slog.Logger, api string) *runtimelog.Writer {
	return &runtimelog.Writer{
		Log:  l,
		Skip: []byte(`{"errorMessage":`), // the handler has already logged it, with the invocation's id
		Lost: func(line []byte) bool { return bytes.HasPrefix(line, []byte("failed to get the next invoke")) },
		Gone: func() bool {
			c, err := net.DialTimeout("tcp", api, time.Second)
			if err == nil {
				c.Close()
			}
			return err != nil
		},
	}
}

// start prepares everything possible before the first invocation. It does not block: slow work continues while the runtime
// waits for the first invocation.
func start(environ []string) (lambda.Handler, error) {
	if mb := lambdacontext.MemoryLimitInMB; mb > 0 {
		debug.SetMemoryLimit(int64(mb) << 20 / 100 * 85) // Lambda kills a process that exceeds its memory
	}
	config, rules, parts, err := functions.FromEnvironment(environ, os.Stderr)
	if err != nil {
		return nil, err
	}
	log.SetFlags(0)
	log.SetOutput(runtimeLog(parts.Log, os.Getenv("AWS_LAMBDA_RUNTIME_API")))
	app, metrics, err := functions.NewFunction(config, rules, parts, &functions.InvocationOptions{
		Function: lambdacontext.FunctionName,
		Embedded: true,
	})
	if err != nil {
		return nil, err
	}
	app.Start("lambda")
	sources := awslambda.New(app.Bridge.Deliver, &awslambda.Options{
		PartialBatch: config.PartialBatch,
		Sources:      awslambda.SourceOptions{Trigger: config.Trigger, Source: config.Source, Type: config.Type, Triggers: config.Triggers},
		Invocation:   invocation,
		HTTP:         app.Handler(),
		Log:          parts.Log,
	})
	go app.Prefetch(context.Background()) // last, because it competes for the processor with the start
	return handler{app.Resumable(functions.Function(app.OrDoctor(sources.Invoke), metrics, os.Stderr)), parts.Log}, nil
}
