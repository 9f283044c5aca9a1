package webhook

import (
	"net/http"
	"strings"
)

// Decompress undoes the content codings that a message's producer names, as Content-Encoding lists them: gzip, deflate, br
// and zstd. Data with another name beside them stays as it is: brokers' clients put charsets there, such as utf-8. What is
// unpacked may have limit bytes.
func Decompress(codings string, data []byte, limit int64) ([]byte, error) {
	h := http.Header{"Content-Encoding": {codings}}
	if strings.TrimSpace(codings) == "" {
		return data, nil
	}
	if _, err := codingsOf(h); err != nil {
		return data, nil
	}
	return undoCodings(h, data, limit)
}
