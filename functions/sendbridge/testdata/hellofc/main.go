// Command hellofc is the smallest function of Function Compute's go1, for the benchmark of a start.
package main

import (
	"context"
	"encoding/json"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
)

func main() {
	fc.Start(func(_ context.Context, _ []byte) (json.RawMessage, error) { return json.RawMessage(`"hello"`), nil })
}
