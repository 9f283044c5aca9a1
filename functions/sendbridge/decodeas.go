package main

import (
	"errors"
	"slices"
	"strings"

	"sendbridge/adapters/alifc"
	"sendbridge/adapters/awslambda"
	"sendbridge/core"
)

// decodeAs makes records of what comes in as a function's sources would, in an invocation that was made up. The settings
// that say what a payload is are read as the function reads them.
func decodeAs(as string, environ []string, payload []byte, in wayIn) ([]core.Record, error) {
	setting := func(name string) string {
		for _, variable := range slices.Backward(environ) {
			if value, ok := strings.CutPrefix(variable, name+"="); ok {
				return value
			}
		}
		return ""
	}
	trigger, source, kind := setting("SENDBRIDGE_TRIGGER"), setting("SENDBRIDGE_SOURCE"), setting("SENDBRIDGE_TYPE")
	const request = "00000000-0000-4000-8000-000000000000"
	switch as {
	case "lambda":
		o := awslambda.SourceOptions{Trigger: trigger, Source: source, Type: kind}
		return decodeBy(awslambda.Sources(&o), o.Check(), payload, core.Invocation{
			RequestID: request, Function: "arn:aws:lambda:us-east-1:123456789012:function:render", Region: "us-east-1", Account: "123456789012",
		})
	case "fc":
		o := alifc.SourceOptions{Trigger: trigger, Source: source, Type: kind}
		return decodeBy(alifc.Sources(&o), o.Check(), payload, alifc.Invocation(request, "cn-hangzhou", "1234567890123456", "render"))
	}
	return in.decode(payload)
}

func decodeBy(sources []core.Source, wrong error, payload []byte, in core.Invocation) ([]core.Record, error) {
	if wrong != nil {
		return nil, wrong
	}
	for _, s := range sources {
		if s.Match(payload) {
			return s.Decode(payload, in)
		}
	}
	return nil, errors.New("no source takes it")
}
