package webhook_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/iotest"

	"sendbridge/adapters/webhook"
)

type readCloser struct{ io.Reader }

func (readCloser) Close() error { return nil }

// TestLargeBodyIsNotBuffered: with a stated length nothing is read, without one no more than the limit and the rest of one
// read.
func TestLargeBodyIsNotBuffered(t *testing.T) {
	h := newHandler(sendAll, webhook.Options{})
	for _, c := range []struct{ length, most int64 }{{64 << 20, 0}, {-1, 1<<20 + 1}} {
		body := &endless{size: 64 << 20}
		r := newRequest("", binaryHeaders()...)
		r.Body, r.ContentLength = readCloser{body}, c.length
		if w := answerTo(h, r); w.Code != 413 || problemOf(t, w).Code != "BodyTooLarge" {
			t.Errorf("length %d: %d %s", c.length, w.Code, w.Body)
		}
		if body.read > c.most {
			t.Errorf("length %d: read %d bytes", c.length, body.read)
		}
	}
}

// TestLargeBodyWhileItIsSent: the sender receives the 413 while it is still sending.
func TestLargeBodyWhileItIsSent(t *testing.T) {
	for _, length := range []int64{64 << 20, -1} {
		onPipe(t, newHandler(sendAll, webhook.Options{}), func(c net.Conn, _ *bufio.Reader) {
			client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return c, nil }}}
			body := &endless{size: 64 << 20}
			r, err := http.NewRequest("POST", "http://127.0.0.1:1", body)
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = length
			r.Header.Set("Content-Type", structuredType)
			answer, err := client.Do(r)
			if err != nil {
				t.Fatalf("length %d: %v", length, err)
			}
			answer.Body.Close()
			if answer.StatusCode != 413 {
				t.Errorf("length %d: status %d", length, answer.StatusCode)
			}
		})
	}
}

func TestBrokenBody(t *testing.T) {
	h := newHandler(sendAll, webhook.Options{})
	for _, err := range []error{io.ErrUnexpectedEOF, errors.New("malformed chunked encoding"), os.ErrDeadlineExceeded} {
		r := newRequest("", binaryHeaders()...)
		r.Body, r.ContentLength = readCloser{io.MultiReader(&endless{size: 10}, iotest.ErrReader(err))}, 100
		if w := answerTo(h, r); w.Code != 400 || problemOf(t, w).Code != "BodyUnreadable" {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
}

// TestBodyInAnyPieces: the whole body becomes the event's data, however it arrives and whatever length was stated.
func TestBodyInAnyPieces(t *testing.T) {
	for _, size := range []int64{0, 1, 511, 512, 513, 64<<10 - 1, 64 << 10, 64<<10 + 1, 1 << 20} {
		for _, length := range []int64{-1, 0, 1, size} {
			for _, pieces := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
				r := newRequest("", binaryHeaders()...)
				r.Body, r.ContentLength = readCloser{pieces(&endless{size: size})}, length
				records, err := webhook.Decode(r)
				if err != nil || int64(len(records[0].Event.Data())) != size {
					t.Fatalf("%d bytes, stated %d: got %d, %v", size, length, len(records[0].Event.Data()), err)
				}
			}
		}
	}
}

// TestStatedLengthCostsNothing: memory is allocated for received bytes, not for a promised length.
func TestStatedLengthCostsNothing(t *testing.T) {
	r := newRequest("", binaryHeaders()...)
	r.Body, r.ContentLength = readCloser{&endless{size: 5}}, 1<<60
	if records, err := webhook.Decode(r); err != nil || string(records[0].Event.Data()) != "xxxxx" {
		t.Errorf("%v, %v", records, err)
	}
}

// countingReader counts the reads of a body.
type countingReader struct {
	io.Reader
	reads int
}

func (c *countingReader) Read(p []byte) (int, error) {
	if c.reads++; c.reads > 100 {
		return 0, errors.New("too many reads")
	}
	return c.Reader.Read(p)
}

// TestFewReads: the room for a body doubles, so that a large one is copied only a few times, whatever length is stated. With a
// true length, the room ends one byte after it.
func TestFewReads(t *testing.T) {
	for _, length := range []int64{-1, 0, 1 << 20, 1<<20 + 5, 1 << 60, math.MaxInt64} {
		body := &countingReader{Reader: &endless{size: 1 << 20}}
		r := newRequest("", binaryHeaders()...)
		r.Body, r.ContentLength = readCloser{body}, length
		records, err := webhook.Decode(r)
		if err != nil || len(records[0].Event.Data()) != 1<<20 {
			t.Fatalf("stated %d: %v", length, err)
		}
		if body.reads > 22 {
			t.Errorf("stated %d: %d reads", length, body.reads)
		}
		if data := records[0].Event.Data(); length == 1<<20 && cap(data) != 1<<20+1 {
			t.Errorf("stated %d: room for %d bytes", length, cap(data))
		}
	}
}
