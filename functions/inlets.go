package functions

import (
	"errors"
	"fmt"
	"strings"

	"sendbridge/adapters/webhook/inlet"
)

// newInlets makes the inlets of a rules file with the secrets that the environment has for them. The error names each
// variable that is not set, or not as its verifier wants it.
func newInlets(specs []inlet.Spec, p *Parts) ([]*inlet.Inlet, error) {
	var list []*inlet.Inlet
	var faults []error
	for _, spec := range specs {
		secrets := tokens(strings.Split(p.Environ[spec.SecretEnv], ","))
		if spec.HasSecret() && len(secrets) == 0 {
			faults = append(faults, fmt.Errorf("%s is not set: want the secret of inlet %q, or several with commas between", spec.SecretEnv, spec.Name))
			continue
		}
		i, err := inlet.New(spec, secrets, &inlet.Options{Transport: p.InletHosts})
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", spec.SecretEnv, err))
			continue
		}
		list = append(list, i)
	}
	return list, errors.Join(faults...)
}
