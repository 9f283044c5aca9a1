package webhook

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"sendbridge/core/fault"
)

// panicked returns the error for a recovered panic. It omits the panic's value from the log unless it is a runtime
// error, because the value may quote a payload.
func panicked(p any) error {
	cause := fmt.Errorf("%w\n%s", fault.Panic("panic: %w", "panic of type %T", p), debug.Stack())
	return &requestError{status: http.StatusInternalServerError, code: "Panic", text: "a bug in the bridge", cause: cause}
}
