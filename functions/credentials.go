package functions

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"

	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
)

// openCredentials returns the source that SENDBRIDGE_CREDENTIALS selects. Its error contains a Fault for each setting of
// the source that is missing or wrong.
func openCredentials(c *Config, environ map[string]string) (*credential.Source, error) {
	s, err := credential.Open(c.Credentials, inNetwork(c, environ), &credential.Options{
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

// inNetwork makes the source call STS in the same network as the API, unless the environment names the network of STS. A
// process in a VPC without a NAT gateway reaches no public address.
func inNetwork(c *Config, environ map[string]string) map[string]string {
	const region, vpc, endpoint = "ALIBABA_CLOUD_STS_REGION", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "ALIBABA_CLOUD_STS_ENDPOINT"
	if c.Network != "vpc" || c.Region == "" || environ[region]+environ[vpc]+environ[endpoint] != "" {
		return environ
	}
	set := map[string]string{region: c.Region, vpc: "true"}
	maps.Copy(set, environ)
	return set
}

// WithCredentials adds the credentials of an invocation, and returns the context for its work. If credentials come from
// elsewhere, it returns ctx.
func (a *App) WithCredentials(ctx context.Context, c onsmqtt.Credentials) context.Context {
	return a.credentials.With(ctx, c)
}

// Prefetch fetches the first credentials, unless ctx ends before. Events that arrive meanwhile wait for the same fetch. If
// it fails, the log says why before the first event fails.
func (a *App) Prefetch(ctx context.Context) {
	if a.fleet != nil {
		var connected sync.WaitGroup
		connected.Go(func() { a.fleet.Connect(ctx) })
		defer connected.Wait()
	}
	if err := a.credentials.Warm(ctx); err != nil {
		a.log.LogAttrs(ctx, slog.LevelError, "no credentials yet", appendError(nil, err)...)
	}
}
