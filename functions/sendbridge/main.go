// Command sendbridge is for people: it runs the whole path on a laptop, checks and tries rules, and sends events.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Dev      devCommand      `cmd:"" help:"Run emulator, broker and HTTP handler on this machine and show what each event becomes."`
	Validate validateCommand `cmd:"" help:"Check a rules file; each mistake with file, line, column and what to write instead."`
	Render   renderCommand   `cmd:"" help:"Show what rules make of events: each topic and payload, or why a rule does not match. Sends nothing."`
	Test     testCommand     `cmd:"" help:"Run rule tests: events in, expected messages out."`
	Send     sendCommand     `cmd:"" help:"Deliver events with the real configuration and print each MsgId."`
	Doctor   doctorCommand   `cmd:"" help:"Try what a message needs, a step a line: what is wrong, and who has to act. Exits by class."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// A terminal is what a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr, os.Environ()})
	stop()
	os.Exit(code)
}

// run returns the exit code: 0 done, 1 it failed, doctor's by class, 80 (kong's) for words that are off.
func run(ctx context.Context, args []string, t terminal) (code int) {
	type exit struct{ code int }
	defer func() {
		if e, ok := recover().(exit); ok {
			code = e.code
		}
	}()
	parser := kong.Must(&commands{},
		kong.Name("sendbridge"),
		kong.Description("Turns CloudEvents into MQTT messages on devices, by ApsaraMQ for MQTT's SendMessage."),
		kong.Writers(t.out, t.err),
		kong.Exit(func(code int) { panic(exit{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Help(help),
	)
	command, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	command.BindTo(ctx, (*context.Context)(nil))
	command.FatalIfErrorf(command.Run(t))
	return 0
}
