package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

// firstRead bounds the memory that a request gets for a mere Content-Length, before a byte of its body has come.
const firstRead = 64 << 10

// readBody reads the body to its end, nil if it is empty. The caller owns the slice: an event keeps it as its data.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	size := r.ContentLength
	if size < 0 || size > firstRead {
		size = firstRead
	}
	body := make([]byte, 0, size+1) // one more than there should be, to see the end without growing
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
			body = append(body, 0)[:len(body)]
		}
	}
}

func unreadable(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return bodyTooLarge(tooLarge.Limit)
	}
	if errors.Is(err, errCrowded) {
		return errBusy
	}
	why := "it was cut or is malformed"
	if errors.Is(err, os.ErrDeadlineExceeded) {
		why = "it did not arrive in time"
	}
	return &requestError{status: http.StatusBadRequest, code: "BodyUnreadable", text: "the body could not be read: " + why, cause: err}
}

func bodyTooLarge(limit int64) error {
	return &requestError{status: http.StatusRequestEntityTooLarge, code: "BodyTooLarge",
		text: fmt.Sprintf("the body is larger than the %d bytes that are allowed", limit)}
}
