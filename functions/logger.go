package functions

import (
	"cmp"
	"io"
	"log/slog"
	"os"

	"github.com/lmittmann/tint"
	"golang.org/x/term"
)

// The values of SENDBRIDGE_LOG_FORMAT.
const (
	formatJSON = "json"
	formatText = "text"
)

// NewLogger returns a logger of JSON lines, each with the invocation of its context.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(attributed{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
}

// OpenLog returns the logger that a configuration asks for: JSON lines, or text if w is a terminal or SENDBRIDGE_LOG_FORMAT
// says so. Only a terminal gets colours.
func OpenLog(w io.Writer, c *Config) *slog.Logger {
	if formatOf(w, c.LogFormat) != formatText {
		return NewLogger(w, c.Log)
	}
	return slog.New(attributed{tint.NewTextHandler(w, &tint.Options{Level: c.Log, TimeFormat: "15:04:05.000", NoColor: !IsTerminal(w)})})
}

func formatOf(w io.Writer, format string) string {
	if format == "" && IsTerminal(w) {
		return formatText
	}
	return cmp.Or(format, formatJSON)
}

// IsTerminal reports whether a reader or writer is a terminal.
func IsTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// LogFailure logs why a process does not start or has ended, as a log line or as text. It reads the format from the
// environment, because the configuration may be what is wrong.
func LogFailure(w io.Writer, environ []string, err error) {
	c, _ := Check(environ, "")
	if formatOf(w, c.LogFormat) == formatText {
		io.WriteString(w, err.Error()+"\n")
		return
	}
	NewLogger(w, slog.LevelError).Error("ended", "error", err.Error())
}
