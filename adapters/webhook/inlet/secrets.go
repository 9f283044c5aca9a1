package inlet

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Secrets reads the inlet's secrets from the environment. One variable may contain several, separated by commas or as a
// JSON list. In a list of variables each contains one secret, whatever its characters. The error names a variable and never
// quotes a secret.
func (s *Spec) Secrets(environ map[string]string) ([]string, error) {
	var secrets []string
	for _, name := range s.SecretEnv {
		value := strings.TrimSpace(environ[name])
		switch {
		case value == "":
			return nil, fmt.Errorf("%s is not set: want the secret of inlet %q, or several separated by commas", name, s.Name)
		case s.wholeSecrets:
			secrets = append(secrets, value)
		default:
			secrets = s.split(value)
		}
	}
	if s.HasSecret() && len(secrets) == 0 {
		return nil, fmt.Errorf("%s is not set: want the secret of inlet %q, or several separated by commas", strings.Join(s.SecretEnv, ", "), s.Name)
	}
	return secrets, nil
}

func (s *Spec) split(value string) (secrets []string) {
	if strings.HasPrefix(value, "[") && json.Unmarshal([]byte(value), &secrets) == nil {
		return secrets
	}
	separators := ","
	if v := verifierOf(s.Verify); v != nil && v.preset.text("secretEncoding") == standardSecret {
		value, separators = versionMarks.Replace(value), ",|" // base64 contains neither
	}
	for _, secret := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if secret = strings.TrimSpace(secret); secret != "" {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}

// versionMarks removes the version that some users write before a secret of Standard Webhooks, as in v1,whsec_.
var versionMarks = strings.NewReplacer("v1,whsec_", "whsec_", "v1a,whpk_", "whpk_")
