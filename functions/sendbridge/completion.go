package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: ${enum}."`
}

// Run prints a script that contains every command and flag. The shell need not run sendbridge to complete a word.
func (c *completionCommand) Run(k *kong.Kong, t terminal) error {
	if c.Shell == "fish" {
		return completeFish(t.out, k.Model)
	}
	return completeBash(t.out, k.Model, c.Shell == "zsh")
}

// completeBash writes a script for bash. zsh runs the same script after bashcompinit.
func completeBash(w io.Writer, app *kong.Application, zsh bool) error {
	var b strings.Builder
	if zsh {
		b.WriteString("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n")
	}
	fmt.Fprintf(&b, "_%[1]s() {\n  local words=%[2]q\n  if [ \"$COMP_CWORD\" -gt 1 ]; then\n    case \"${COMP_WORDS[1]}\" in\n", app.Name, wordsOf(app.Node))
	for _, command := range app.Children {
		fmt.Fprintf(&b, "      %s) words=%q ;;\n", command.Name, wordsOf(command))
	}
	fmt.Fprintf(&b, "    esac\n  fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -o default -F _%[1]s %[1]s\n", app.Name)
	_, err := io.WriteString(w, b.String())
	return err
}

func completeFish(w io.Writer, app *kong.Application) error {
	var b strings.Builder
	for _, command := range app.Children {
		fmt.Fprintf(&b, "complete -c %s -n __fish_use_subcommand -f -a %s -d %q\n", app.Name, command.Name, command.Help)
		for _, flag := range command.Flags {
			fmt.Fprintf(&b, "complete -c %s -n '__fish_seen_subcommand_from %s' -l %s -d %q\n", app.Name, command.Name, flag.Name, flag.Help)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wordsOf returns the words that may follow a node: its commands, its flags and the values that its argument allows.
func wordsOf(n *kong.Node) string {
	var words []string
	for _, child := range n.Children {
		words = append(words, child.Name)
	}
	for _, argument := range n.Positional {
		words = append(words, argument.EnumSlice()...)
	}
	for _, flag := range n.Flags {
		words = append(words, "--"+flag.Name)
	}
	return strings.Join(append(words, "--help"), " ")
}
