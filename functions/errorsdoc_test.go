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

var update = flag.Bool("update", false, "write docs/errors.md again")

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
	fmt.Fprintf(b, "| any other | %s | %s | a code that is not in this table | %s | %s |\n", other.Class, other.Retry, other.Actor, other.Advice)
	b.WriteString("\n## Codes of events that were not sent\n\n" + eventsIntro + "\n")
	b.WriteString(meanings(fault.EventCodes(), fault.ClassMessage))
	b.WriteString("\n## Codes of credentials that could not be fetched\n\n" + credentialsIntro + "\n")
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

Every error of an event has a code, a class and an actor. You find them in the log line (` + "`code`, `class`, `actor`" + `), in the problem
body that an HTTP caller gets, and as the type of an invocation's error. A test makes the tables of this page from the code.

**Class** decides the answer to the trigger ([what a caller gets](delivery.md#what-a-caller-gets)). ` + "`message`" + ` means that the event
itself is wrong. ` + "`throttled`, `transient` and `unknown`" + ` may pass without a change. ` + "`credential`, `permission`, `clock` and `unsupported`" + `
are errors of the deployment. The sender did not cause them, so such an event never becomes a dead letter.

**Retry** is what Sendbridge does before it reports the error:

- ` + "`no`" + `: no retry.
- ` + "`backoff`" + `: retries with growing delays within ` + "`SENDBRIDGE_TIMEOUT`" + `, not earlier than the API asks for.
- ` + "`now`" + `: one immediate retry.
- ` + "`refresh`" + `: one retry with new credentials.
- ` + "`refresh-backoff`" + `: one retry with new credentials, then retries with growing delays. It stops if the credential provider says
  that there are no credentials.

**Who has to act**: ` + "`you`" + `, who run the bridge; ` + "`role`" + `, the role's administrator in RAM; ` + "`alibaba`" + `, Alibaba Cloud; ` + "`sender`" + `, who sent the event.

Sendbridge looks for a row with exactly this code, then for the longest row that ends in … and begins like the code. A row ` + "`X.…`" + ` also
stands for the code ` + "`X`" + `. The HTTP status does not matter. Only a code that names the topic or the payload has class ` + "`message`" + `. A code
without a row, such as one that Alibaba Cloud adds tomorrow, is ` + "`unknown`" + `. Its event is kept and retried. A needless retry costs one
call. A needless dead letter costs the event.
`

const eventsIntro = "The class is `message` unless the row names another. Who has to act depends on the event or the rule; the error names it.\n"

const credentialsIntro = "The class is `credential` unless the row names another. An error of STS itself keeps the code of STS. Its text names the cloud, the\nstep and what to check: see [keyless](keyless.md).\n"
