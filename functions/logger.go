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

// NewLogger writes JSON lines, each with the invocation that its context names.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(attributed{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
}

// OpenLog writes the log that a configuration asks for: JSON lines, or lines for people where w is a terminal or
// SENDBRIDGE_LOG_FORMAT says so. Only a terminal gets colours.
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

// IsTerminal says whether somebody sits at a reader or writer.
func IsTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// LogFailure tells why a process does not start, or no longer runs, where its log is: as a line of it, or for people as it is.
// The log's format is the environment's, which may be what is wrong.
func LogFailure(w io.Writer, environ []string, err error) {
	c, _ := Check(environ, "")
	if formatOf(w, c.LogFormat) == formatText {
		io.WriteString(w, err.Error()+"\n")
		return
	}
	NewLogger(w, slog.LevelError).Error("ended", "error", err.Error())
}
