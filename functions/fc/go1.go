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

// serveGo1 answers the invocations that the runtime's API has, for as long as the process lives. The SDK answers the
// hooks of an instance with an error unless they are registered, and passes on a payload as it is and an error under
// its own name only in these forms. It ends when it is told to stop: the SDK knows no end, and asks an API that is gone again
// at once.
func serveGo1(ctx context.Context, app *functions.App, invoke functions.Invoke) error {
	log.SetFlags(0)
	log.SetOutput(&runtimelog.Writer{Log: app.Log(), Lost: func(line []byte) bool {
		return lostAPI.Match(line)
	}})
	begin := func(ctx context.Context) context.Context {
		c, _ := fccontext.FromContext(ctx) // once an invocation: it writes into what it returns
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

// lostAPI is how the SDK says that the runtime's API did not answer, behind a time.
var lostAPI = regexp.MustCompile(`^[0-9/:. ]*failed to get invoke request due to `)

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
