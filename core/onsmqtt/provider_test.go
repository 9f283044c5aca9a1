package onsmqtt

import (
	"context"
	"errors"
	"testing"
	"time"

	"sendbridge/core/fault"
)

// An error of the provider counts neither as an answer nor as a missing answer of the API.
func TestProvidersFaults(t *testing.T) {
	late, expired := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer expired()
	left, cancel := context.WithCancel(t.Context())
	cancel()
	own := errors.New("the role is gone")
	for name, c := range map[string]struct {
		ctx   context.Context
		err   error
		code  string
		class string
	}{
		"without credentials": {t.Context(), own, "NoCredentials", "credential"},
		"late":                {late, context.DeadlineExceeded, "NoCredentials", "credential"},
		"given up on":         {left, context.Canceled, "Canceled", "transient"},
	} {
		client, err := New("https://onsmqtt.cn-hangzhou.aliyuncs.com", "post-cn-x", func(context.Context) (Credentials, error) { return Credentials{}, c.err }, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.SendMessage(c.ctx, "a/b", "x")
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code || fault.Of(e).Class != c.class || !errors.Is(err, c.err) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
