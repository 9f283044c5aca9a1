package functions

import (
	"context"
	"errors"
	"log/slog"

	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
)

// openCredentials returns the source that SENDBRIDGE_CREDENTIALS names. The error holds a Fault for each setting of its
// that is missing or wrong.
func openCredentials(c *Config, environ map[string]string) (*credential.Source, error) {
	s, err := credential.Open(c.Credentials, environ, &credential.Options{
		Audience:  c.OIDCAudience,
		UserAgent: "sendbridge/" + Version(),
	})
	if err == nil {
		return s, nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil, err
	}
	var faults []error
	for _, err := range joined.Unwrap() {
		if setting := (*credential.Setting)(nil); errors.As(err, &setting) {
			err = &Fault{Name: setting.Name, Value: setting.Value, Want: setting.Want}
		}
		faults = append(faults, err)
	}
	return nil, errors.Join(faults...)
}

// WithCredentials takes the triple that an invocation brought, and returns the context for its work. Where credentials come
// from elsewhere, it returns ctx.
func (a *App) WithCredentials(ctx context.Context, c onsmqtt.Credentials) context.Context {
	return a.credentials.With(ctx, c)
}

// Prefetch starts to get the first credentials and waits for nothing: events that come meanwhile wait for the same fetch.
// If there are none, the log says why before the first event fails for it.
func (a *App) Prefetch() {
	a.credentials.Warm(func(err error) {
		a.log.LogAttrs(context.Background(), slog.LevelError, "no credentials yet", appendError(nil, err)...)
	})
}
