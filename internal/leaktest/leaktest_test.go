package leaktest

import (
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestFind(t *testing.T) {
	others := goleak.IgnoreCurrent()
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		<-end
	}()
	if err := find(0, others); err == nil || !strings.Contains(err.Error(), "TestFind") {
		t.Errorf("a goroutine that waits: %v", err)
	}
	close(end)
	<-ended
	Verify(t, others)
}
