package webhook

import (
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
)

// panicked is the fault of a recovered panic. Its value is left out of the log unless the runtime made it: it may
// quote a payload.
func panicked(p any) error {
	cause := fmt.Errorf("panic of type %T\n%s", p, debug.Stack())
	if e, ok := p.(runtime.Error); ok {
		cause = fmt.Errorf("panic: %w\n%s", e, debug.Stack())
	}
	return &fault{status: http.StatusInternalServerError, code: "Panic", text: "a bug in the bridge", cause: cause}
}
