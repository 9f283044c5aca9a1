package main

import (
	"context"
	"encoding/json"
	"log"
	"regexp"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
	"github.com/aliyun/fc-runtime-go-sdk/fc/messages"
	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"sendbridge/adapters/alifc"
	"sendbridge/core"
	"sendbridge/core/onsmqtt"
	"sendbridge/functions"
	"sendbridge/functions/internal/runtimelog"
)

// serveGo1 answers the invocations of the runtime's API until the process ends. The SDK answers the hooks of an instance
// with an error unless they are registered. Only in these forms does it pass on a payload unchanged, and an error under its
// own name. serveGo1 ends the process on a signal itself, because the SDK has no end, and polls an unavailable API in a
// busy loop.
func serveGo1(ctx context.Context, app *functions.App, invoke functions.Invoke) error {
	log.SetFlags(0)
	log.SetOutput(&runtimelog.Writer{Log: app.Log(), Lost: func(line []byte) bool {
		return lostAPI.Match(line)
	}})
	begin := func(ctx context.Context) context.Context {
		c, _ := fccontext.FromContext(ctx) // only once per invocation, because it modifies what it returns
		return beginGo1(app, ctx, c)
	}
	fc.RegisterInitializerFunction(func(ctx context.Context) { begin(ctx) })
	fc.RegisterPreStopFunction(func(context.Context) { app.Close() })
	go fc.Start(func(ctx context.Context, payload []byte) (json.RawMessage, error) {
		answer, err := invoke(begin(ctx), payload)
		if err != nil {
			return nil, messages.InvokeResponse_Error{Type: functions.ErrorType(err), Message: err.Error()}
		}
		return answer, nil
	})
	<-ctx.Done()
	app.Close()
	return nil
}

// lostAPI matches the SDK's line, after a time, when the runtime's API does not answer.
var lostAPI = regexp.MustCompile(`^[0-9/:. ]*failed to get invoke request due to `)

type go1Key struct{}

// beginGo1 adds the credentials of an invocation and the rest of the runtime's description to the context.
func beginGo1(app *functions.App, ctx context.Context, c *fccontext.FcContext) context.Context {
	if c == nil {
		return ctx
	}
	ctx = context.WithValue(functions.WithInvocation(ctx, c.RequestID), go1Key{}, alifc.Invocation(c.RequestID, c.Region, c.AccountId, c.Function.Name))
	return app.WithCredentials(ctx, onsmqtt.Credentials{
		AccessKeyID: c.Credentials.AccessKeyId, AccessKeySecret: c.Credentials.AccessKeySecret, SecurityToken: c.Credentials.SecurityToken,
	})
}

func go1Invocation(ctx context.Context) core.Invocation {
	in, _ := ctx.Value(go1Key{}).(core.Invocation)
	return in
}
