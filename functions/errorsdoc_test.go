package functions

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

var update = flag.Bool("update", false, "write docs/errors.md anew")

const errorsPage = "../docs/errors.md"

// The page of errors is the code's table, so that neither says what the other does not.
func TestErrorsPageIsTheTable(t *testing.T) {
	want := errorsText()
	if *update {
		if err := os.WriteFile(errorsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(errorsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/errors.md is not what the code says: go test ./functions -run TestErrorsPageIsTheTable -update")
	}
}

func errorsText() string {
	b := new(strings.Builder)
	b.WriteString(errorsIntro)
	b.WriteString("\n## Codes of a call\n\n| code | class | retry | what happened | who has to act | what to do |\n|---|---|---|---|---|---|\n")
	for _, c := range onsmqtt.Codes() {
		name := c.Name
		if c.Prefix {
			name += "…"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s |\n", name, c.Class, c.Retry, c.Meaning, c.Actor, c.Advice)
	}
	other := fault.Of(new(onsmqtt.Error))
	fmt.Fprintf(b, "| any other | %s | %s | a code that the table does not hold | %s | %s |\n", other.Class, other.Retry, other.Actor, other.Advice)
	b.WriteString("\n## Codes of events that were not sent\n\n" + eventsIntro + "\n")
	b.WriteString(meanings(fault.EventCodes(), fault.ClassMessage))
	b.WriteString("\n## Codes of credentials that were not got\n\n" + credentialsIntro + "\n")
	b.WriteString(meanings(fault.CredentialCodes(), fault.ClassCredential))
	return b.String()
}

// meanings names the class of a code where it is not the section's usual one.
func meanings(codes []fault.Code, usual string) string {
	b := new(strings.Builder)
	b.WriteString("| code | what happened |\n|---|---|\n")
	for _, c := range codes {
		meaning := c.Meaning
		if c.Class != usual {
			meaning = "class " + c.Class + ": " + meaning
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", c.Name, meaning)
	}
	return b.String()
}

const errorsIntro = `# Errors

Every error of an event has a code, a class and an actor, in the log line (` + "`code`, `class`, `actor`" + `), in the problem body that
an HTTP caller gets, and as the type of an invocation's error. The tables are made from the code by a test.

**Class** decides what the trigger is told ([what a caller gets](delivery.md#what-a-caller-gets)): ` + "`message`" + ` is the event's
fault, ` + "`throttled`, `transient` and `unknown`" + ` may heal by themselves, and ` + "`credential`, `permission`, `clock` and `unsupported`" + `
are nobody's fault who sent the event, so that it is never dead-lettered for them.

**Retry** is what Sendbridge itself does before it gives up: ` + "`no`" + `; ` + "`backoff`" + `, after growing delays and the API's own hint, within
` + "`SENDBRIDGE_TIMEOUT`" + `; ` + "`now`" + `, once at once; ` + "`refresh`" + `, once with new credentials; ` + "`refresh-backoff`" + `, the same and then after
growing delays, unless where credentials come from has said that there can be none.

**Who has to act**: ` + "`you`" + ` who run the bridge; the ` + "`role`" + `'s administrator in RAM; ` + "`alibaba`" + `; the ` + "`sender`" + ` of the event.

A code is matched to the letter, else by the longest beginning that ends in …, where ` + "`X.…`" + ` stands for a bare ` + "`X`" + ` too. The HTTP status
does not matter. Only what names the topic or the payload is class ` + "`message`" + `: a code that no row holds, such as one that Alibaba adds
tomorrow, is ` + "`unknown`" + `, so its event is kept and tried again. That costs a repetition; a dead letter for a disabled key costs the event.
`

const eventsIntro = "Class `message` where none is named. Who has to act depends on the event or the rule, and is in the error.\n"

const credentialsIntro = "Class `credential` where none is named. What STS itself answers keeps its own code, with the cloud, the step and what to\ncheck in the text; see [keyless](keyless.md).\n"
