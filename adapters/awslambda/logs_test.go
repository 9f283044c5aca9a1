package awslambda

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"sendbridge/core/coretest"
)

// A batch of logs unpacks to at most 32 MiB, because a few bytes of gzip may expand to any size.
func TestLogsUnpackToALimit(t *testing.T) {
	for size, want := range map[int]bool{33554432: true, 33554433: false} {
		const object = `{"messageType":"CONTROL_MESSAGE"}`
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(object + strings.Repeat(" ", size-len(object)))) // writing to memory cannot fail
		w.Close()
		if _, ok := logsIn(b.Bytes(), coretest.Invocation); ok != want {
			t.Errorf("%d bytes: %t, want %t", size, ok, want)
		}
	}
}
