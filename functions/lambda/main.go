// Command lambda is the bootstrap of an AWS Lambda function: whatever AWS hands it becomes MQTT messages. The
// environment configures it.
package main

import (
	"log"
	"os"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"sendbridge/adapters/awslambda"
	"sendbridge/functions"
)

func main() {
	h, err := start(os.Environ())
	if err != nil {
		functions.LogFailure(os.Stderr, os.Environ(), err)
		os.Exit(1)
	}
	lambda.Start(h)
}

// start prepares everything that it can before the first invocation. It does not block: what takes time goes on while the
// runtime asks for work.
func start(environ []string) (lambda.Handler, error) {
	if mb := lambdacontext.MemoryLimitInMB; mb > 0 {
		debug.SetMemoryLimit(int64(mb) << 20 / 100 * 85) // beyond all of it the process is killed
	}
	config, rules, parts, err := functions.FromEnvironment(environ, os.Stderr)
	if err != nil {
		return nil, err
	}
	log.SetFlags(0)
	log.SetOutput(runtimeLog{parts.Log})
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
	app.Prefetch() // last: it competes for the processor with what the first question for work waits for
	return handler{app.Resumable(functions.Function(app.OrDoctor(sources.Invoke), metrics, os.Stderr)), parts.Log}, nil
}
