package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

// firstRead limits the memory that a request gets for its Content-Length before any byte of its body has arrived.
const firstRead = 16 << 10

// readBody reads the whole body; nil means an empty one. The caller owns the slice, because an event keeps it as its
// data.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	size := r.ContentLength
	if size < 0 || size > firstRead {
		size = firstRead
	}
	body := make([]byte, 0, size+1) // one byte more, to detect the end without growing
	for {
		n, err := r.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case err == io.EOF && len(body) == 0:
			return nil, nil
		case err == io.EOF:
			return body, nil
		case err != nil:
			return nil, unreadable(err)
		case len(body) == cap(body):
			body = growBody(body, r.ContentLength)
		}
	}
}

// growBody doubles the room of a full body, up to the length that it declares: what has arrived was paid for by its sender.
func growBody(body []byte, declared int64) []byte {
	size := 2 * int64(cap(body))
	if declared >= int64(len(body)) && declared < size {
		size = declared + 1
	}
	return append(make([]byte, 0, size), body...)
}

func unreadable(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return bodyTooLarge(tooLarge.Limit)
	}
	if errors.Is(err, errCrowded) {
		return errBusy
	}
	why := "it was cut off or is malformed"
	if errors.Is(err, os.ErrDeadlineExceeded) {
		why = "it did not arrive in time"
	}
	return &requestError{status: http.StatusBadRequest, code: "BodyUnreadable", text: "the body could not be read: " + why, cause: err}
}

func bodyTooLarge(limit int64) error {
	return &requestError{status: http.StatusRequestEntityTooLarge, code: "BodyTooLarge",
		text: fmt.Sprintf("the body is larger than the allowed %d bytes", limit)}
}
