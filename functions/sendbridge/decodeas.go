package main

import (
	"errors"

	"sendbridge/adapters/alifc"
	"sendbridge/adapters/awslambda"
	"sendbridge/core"
	"sendbridge/functions"
)

// decodeAs decodes a payload as the main of a runtime would. The invocation that it passes to the decoder has made-up
// values.
func decodeAs(as string, c *functions.Config, payload []byte, in wayIn) ([]core.Record, error) {
	const request = "00000000-0000-4000-8000-000000000000"
	switch functions.Runtime(as) {
	case functions.OnLambda:
		o := awslambda.SourceOptions{Trigger: c.Trigger, Source: c.Source, Type: c.Type, Triggers: c.Triggers}
		return decodeBy(awslambda.Sources(&o), payload, core.Invocation{
			RequestID: request, Function: "arn:aws:lambda:us-east-1:123456789012:function:render", Region: "us-east-1", Account: "123456789012",
		})
	case functions.OnFC:
		o := alifc.SourceOptions{Trigger: c.Trigger, Source: c.Source, Type: c.Type, Triggers: c.Triggers}
		return decodeBy(alifc.Sources(&o), payload, alifc.Invocation(request, "cn-hangzhou", "1234567890123456", "render"))
	}
	return in.decode(payload)
}

func decodeBy(sources []core.Source, payload []byte, in core.Invocation) ([]core.Record, error) {
	for _, s := range sources {
		if s.Match(payload) {
			return s.Decode(payload, in)
		}
	}
	return nil, errors.New("the payload is not of any trigger that sendbridge knows: docs/lambda-events.md and docs/function-compute.md list them")
}
