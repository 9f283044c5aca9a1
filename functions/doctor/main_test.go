package doctor

import (
	"os"
	"testing"

	"sendbridge/internal/loopback/loopbacktest"
)

func TestMain(m *testing.M) { os.Exit(loopbacktest.Guard(m).Run()) }
