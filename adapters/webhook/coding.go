package webhook

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// acceptCodings are the supported content codings, in the format of Accept-Encoding.
// https://www.rfc-editor.org/rfc/rfc9110#name-content-codings
const acceptCodings = "gzip, deflate, br, zstd, identity"

// maxCodings limits nested codings. Each takes memory, and no sender needs more than two.
const maxCodings = 4

var errDecodedTooLarge = errors.New("the decoded body is too large")

// codingsOf lists the content codings of a body in the order in which they were applied, by their common names. It
// returns an error for an unsupported one.
func codingsOf(h http.Header) ([]string, error) {
	var codings []string
	for _, line := range h["Content-Encoding"] {
		for name := range strings.SplitSeq(line, ",") {
			switch name = strings.ToLower(strings.TrimSpace(name)); name {
			case "", "identity":
			case "gzip", "deflate", "br", "zstd":
				codings = append(codings, name)
			case "x-gzip":
				codings = append(codings, "gzip")
			default:
				return nil, unsupportedEncoding("content encoding %q: want gzip, deflate, br or zstd", name)
			}
		}
	}
	if len(codings) > maxCodings {
		return nil, unsupportedEncoding("%d content encodings: at most %d may be nested", len(codings), maxCodings)
	}
	return codings, nil
}

func unsupportedEncoding(format string, args ...any) error {
	return &requestError{status: http.StatusUnsupportedMediaType, code: "UnsupportedEncoding", text: fmt.Sprintf(format, args...)}
}

// undoCodings decodes the content codings of a body. The result of each step may have limit bytes: decoding stops at
// the first further byte, so that a small body cannot use much memory. Some senders name a coding for an empty body.
func undoCodings(h http.Header, body []byte, limit int64) ([]byte, error) {
	if len(h["Content-Encoding"]) == 0 || len(body) == 0 {
		return body, nil
	}
	codings, err := codingsOf(h)
	if err != nil {
		return nil, err
	}
	for i := len(codings) - 1; i >= 0; i-- {
		body, err = undoCoding(codings[i], body, limit)
		switch {
		case errors.Is(err, errDecodedTooLarge):
			return nil, bodyTooLarge(limit)
		case err != nil:
			return nil, &requestError{status: http.StatusBadRequest, code: "BodyUnreadable",
				text: fmt.Sprintf("the body is not %s, as Content-Encoding says, or it was cut off", codings[i]), cause: err}
		}
	}
	return body, nil
}

func undoCoding(coding string, body []byte, limit int64) ([]byte, error) {
	source := bufio.NewReader(bytes.NewReader(body)) // decoders do not read beyond the end of an io.ByteReader
	switch coding {
	case "gzip":
		r, err := gzip.NewReader(source)
		if err != nil {
			return nil, err
		}
		return readWhole(r, source, limit)
	case "deflate":
		r, err := openDeflate(source, body)
		if err != nil {
			return nil, err
		}
		return readWhole(r, source, limit)
	case "br":
		return readWhole(brotli.NewReader(source), source, limit)
	}
	return undoZstd(source, limit)
}

// openDeflate reads zlib's format, as the standard requires, and raw deflate, which many senders use instead. Raw
// deflate that starts like zlib's format would start with a block of a reserved type, or with a length whose check is
// wrong.
func openDeflate(source io.Reader, body []byte) (io.Reader, error) {
	if len(body) > 1 && body[0]&0x0f == 8 && body[0]>>4 <= 7 && (int(body[0])<<8|int(body[1]))%31 == 0 {
		return zlib.NewReader(source)
	}
	return flate.NewReader(source), nil
}

// readWhole reads a decoder to its end and checks that its source ends there, too.
func readWhole(decoded io.Reader, source io.ByteReader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(decoded, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(body)) > limit:
		return nil, errDecodedTooLarge
	}
	if _, err := source.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there are bytes after its end")
	}
	return body, nil
}

// maxWindow is the largest window of a sender's zstd, and so the memory that it takes. The standard asks all decoders
// to support this size.
// https://www.rfc-editor.org/rfc/rfc9659
const maxWindow = 8 << 20

func undoZstd(source *bufio.Reader, limit int64) ([]byte, error) {
	r, err := zstd.NewReader(source, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecodeBuffersBelow(0)) // decode small bodies in pieces, too
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return readWhole(r, source, limit)
}
