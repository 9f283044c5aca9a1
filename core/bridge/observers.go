package bridge

import (
	"context"
	"slices"
	"time"

	"sendbridge/core"
)

// Observers returns an Observer that calls all of list in order, except nil ones.
func Observers(list ...Observer) Observer {
	observers := slices.DeleteFunc(slices.Clone(list), func(o Observer) bool { return o == nil })
	return func(ctx context.Context, r core.Result, took time.Duration) {
		for _, observe := range observers {
			observe(ctx, r, took)
		}
	}
}
