package webhook

import (
	"net/http"
	"strings"
)

// Decompress decodes the content codings of a message, which codings lists as Content-Encoding does: gzip, deflate, br
// and zstd. If the list contains any other name, the data stays as it is, because clients of brokers put charsets
// there, such as utf-8. The result may have limit bytes.
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
