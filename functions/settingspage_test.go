package functions_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"sendbridge/functions"
)

const settingsPage = "../docs/settings.md"

const settingsIntro = `# Settings

All settings are environment variables. Sendbridge reads them once, at the start. A wrong value or an unknown name stops the start
with an error that says what is allowed. Every command checks the settings in the same way. A command that sends nothing does
not require settings that only sending needs. ` + "`http --help` and `sendbridge --help`" + ` print the same table. A test makes this page from
the code.

`

const settingsCredentials = `
## Credentials

Sendbridge looks for credentials where Alibaba Cloud's own tools look, in the same ` + "`ALIBABA_CLOUD_…`" + ` variables, unless
` + "`SENDBRIDGE_CREDENTIALS`" + ` names one place. If that place has credentials but cannot give them at the moment, Sendbridge
waits for it and does not use another identity. One fetch renews the credentials for all messages before they expire, and
immediately when the API rejects them. An error says which provider gave the credentials, to whom they belong, how old they are and what
to check.

In Function Compute each invocation brings its credentials. On AWS you [store no key](keyless.md).
` + "`ALIBABA_CLOUD_STS_ENDPOINT`" + ` is the whole URL of another STS. [Delivery](delivery.md#credentials) has the details.
`

// docs/settings.md is made from Config's tags, so that both always agree.
func TestSettingsPageIsTheTable(t *testing.T) {
	want := settingsIntro + functions.MarkdownSettings() + settingsCredentials
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(settingsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(settingsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/settings.md is not what the code says: go test ./functions -run TestSettingsPage -update")
	}
}

func TestHelpHasEachSetting(t *testing.T) {
	var help strings.Builder
	if err := functions.WriteSettings(&help); err != nil {
		t.Fatal(err)
	}
	for _, s := range functions.Settings() {
		if !strings.Contains(help.String(), s.Name) || !strings.Contains(help.String(), s.Meaning) || s.Meaning == "" {
			t.Errorf("the help text lacks %s: %s", s.Name, s.Meaning)
		}
	}
}
