package webhook

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"sendbridge/core/fault"
)

// panicked is the fault of a recovered panic. Its value is left out of the log unless the runtime made it: it may
// quote a payload.
func panicked(p any) error {
	cause := fmt.Errorf("%w\n%s", fault.Panic("panic: %w", "panic of type %T", p), debug.Stack())
	return &requestError{status: http.StatusInternalServerError, code: "Panic", text: "a bug in the bridge", cause: cause}
}
