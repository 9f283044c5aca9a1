package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/functions"
)

func function(invoke functions.Invoke) (functions.Invoke, *bytes.Buffer) {
	var out bytes.Buffer
	return functions.Function(invoke, functions.NewInvocationMetrics(new(bridge.Tally), nil), &out), &out
}

func TestAFunctionEndsBeforeItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		invoke, _ := function(func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if _, err := invoke(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if took := time.Since(start); took != 2500*time.Millisecond {
			t.Errorf("it took %s of 3 s", took)
		}
	})
}

func TestAPanicOfAFunctionIsAnErrorWithoutItsValue(t *testing.T) {
	for want, value := range map[string]any{"bug: panic of type string in an invocation": "payload", "nil map": nil} {
		invoke, out := function(func(context.Context, []byte) ([]byte, error) {
			if value == nil {
				maps := []map[string]int{nil}
				maps[0]["x"]++
			}
			panic(value)
		})
		answer, err := invoke(t.Context(), nil)
		if err == nil || answer != nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "payload") {
			t.Errorf("%v: %q, %v", value, answer, err)
		}
		if !json.Valid(out.Bytes()) || out.Len() == 0 {
			t.Errorf("%v: no line of metrics: %q", value, out)
		}
	}
}

func TestErrorTypes(t *testing.T) {
	for want, err := range map[string]error{
		"TopicInvalid": fmt.Errorf("2 of 3: %w", fault.New(fault.CodeTopicInvalid, fault.ActorSender, "too long")),
		"transient":    context.DeadlineExceeded,
		"unknown":      errors.New("x"),
	} {
		if got := functions.ErrorType(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}
