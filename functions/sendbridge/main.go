// Command sendbridge is for people: it runs the whole path on a laptop, checks and tries rules, and sends events.
package main

import (
	"context"
	"os"

	"github.com/alecthomas/kong"

	"sendbridge/functions"
)

type commands struct {
	Dev        devCommand        `cmd:"" help:"Run an emulator, a broker and the HTTP handler on this machine and show the messages of each event."`
	Validate   validateCommand   `cmd:"" help:"Check a rules file. Each mistake is printed with its file, line and column and with what to write instead."`
	Render     renderCommand     `cmd:"" help:"Show the events that a payload becomes and the topic and payload of each message, or why a rule does not match. Sends nothing."`
	Test       testCommand       `cmd:"" help:"Run rule tests: events in, expected messages out."`
	Send       sendCommand       `cmd:"" help:"Deliver events with the real configuration and print each MsgId."`
	Replay     replayCommand     `cmd:"" help:"Deliver dead letters again, once each, and show the progress. A second run continues where the first stopped."`
	Doctor     doctorCommand     `cmd:"" help:"Check everything that a message needs, one step per line: what is wrong and who has to act. The exit code depends on the class of the fault."`
	Schema     schemaCommand     `cmd:"" help:"Print the JSON Schema of the rules file, for editors."`
	Completion completionCommand `cmd:"" help:"Print a script that completes commands and flags in a shell."`
	Help       helpCommand       `cmd:"" help:"Show this help or the help of a command."`
	Version    versionCommand    `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

func main() {
	os.Exit(run(context.Background(), os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr, os.Environ()}))
}

// run returns the exit code: 0 for success, 1 for a failure, 80 (kong's) for an invalid command line, or the code of
// the error.
func run(ctx context.Context, args []string, t terminal) (code int) {
	type exit struct{ code int }
	defer func() {
		if e, ok := recover().(exit); ok {
			code = e.code
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parser := kong.Must(&commands{},
		kong.Name("sendbridge"),
		kong.Description("Turns CloudEvents into MQTT messages on devices, by ApsaraMQ for MQTT's SendMessage."),
		kong.Writers(t.out, t.err),
		kong.Exit(func(code int) { panic(exit{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Help(help),
		kong.Vars{"version": functions.Version()},
	)
	command, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	command.BindTo(ctx, (*context.Context)(nil))
	command.FatalIfErrorf(command.Run(t))
	return 0
}
