package functions

import (
	"context"

	"sendbridge/core/onsmqtt"
)

// WithCredentials takes the triple that an invocation brought, and returns the context for its work.
func (a *App) WithCredentials(ctx context.Context, c onsmqtt.Credentials) context.Context { return ctx }
