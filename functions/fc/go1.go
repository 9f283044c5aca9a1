package main

import (
	"context"
	"encoding/json"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
	"github.com/aliyun/fc-runtime-go-sdk/fc/messages"
	"github.com/aliyun/fc-runtime-go-sdk/fccontext"

	"sendbridge/adapters/alifc"
	"sendbridge/core"
	"sendbridge/core/onsmqtt"
	"sendbridge/functions"
)

// serveGo1 answers the invocations that the runtime's API has, for as long as the process lives. The SDK answers the
// hooks of an instance with an error unless they are registered, and passes on a payload as it is and an error under
// its own name only in these forms.
func serveGo1(app *functions.App, invoke functions.Invoke) error {
	begin := func(ctx context.Context) context.Context {
		c, _ := fccontext.FromContext(ctx) // once an invocation: it writes into what it returns
		return beginGo1(app, ctx, c)
	}
	fc.RegisterInitializerFunction(func(ctx context.Context) { begin(ctx) })
	fc.RegisterPreStopFunction(func(context.Context) { app.Close() })
	fc.Start(func(ctx context.Context, payload []byte) (json.RawMessage, error) {
		answer, err := invoke(begin(ctx), payload)
		if err != nil {
			return nil, messages.InvokeResponse_Error{Type: functions.ErrorType(err), Message: err.Error()}
		}
		return answer, nil
	})
	return nil
}

type go1Key struct{}

// beginGo1 takes the credentials of an invocation, and keeps what else the runtime says of it.
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
