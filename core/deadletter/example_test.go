package deadletter_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"sendbridge/core/cloudevent"
	"sendbridge/core/deadletter"
)

func ExampleFile() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "dead.jsonl")
	keep, err := deadletter.File(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, _ := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"7","source":"/s","type":"t"}`))
	fmt.Println(keep(context.Background(), e))
	line, _ := os.ReadFile(path)
	fmt.Printf("%s", line)
	// Output:
	// <nil>
	// {"specversion":"1.0","id":"7","source":"/s","type":"t"}
}

// The address must be https, so that events do not travel in the open.
func ExampleHTTP() {
	_, err := deadletter.HTTP("http://example.com/dead", "token", nil)
	fmt.Println(err)
	// Output: dead-letter sink http://example.com: must be https, or http on this machine
}
