package functions

import (
	"errors"
	"fmt"
	"strings"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// newInlets makes the inlets of a rules file with the secrets that the environment has for them. The error names each
// variable that is not set, or not as its verifier wants it.
func newInlets(specs []core.Inlet, p *Parts) ([]*webhook.Inlet, error) {
	var list []*webhook.Inlet
	var faults []error
	for _, spec := range specs {
		secrets := tokens(strings.Split(p.Environ[spec.SecretEnv], ","))
		if spec.HasSecret() && len(secrets) == 0 {
			faults = append(faults, fmt.Errorf("%s is not set: want the secret of inlet %q, or several with commas between", spec.SecretEnv, spec.Name))
			continue
		}
		inlet, err := webhook.NewInlet(spec, secrets, &webhook.InletOptions{Transport: p.InletHosts})
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", spec.SecretEnv, err))
			continue
		}
		list = append(list, inlet)
	}
	return list, errors.Join(faults...)
}
