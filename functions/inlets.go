package functions

import (
	"errors"
	"fmt"
	"strings"

	"sendbridge/adapters/webhook/inlet"
)

// newInlets makes the inlets of a rules file with their secrets from the environment. The error names each variable that is
// not set or that its verifier rejects.
func newInlets(specs []inlet.Spec, p *Parts) ([]*inlet.Inlet, error) {
	var list []*inlet.Inlet
	var faults []error
	for _, spec := range specs {
		secrets, err := spec.Secrets(p.Environ)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		i, err := inlet.New(spec, secrets, &inlet.Options{Transport: p.InletHosts})
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", strings.Join(spec.SecretEnv, ", "), err))
			continue
		}
		list = append(list, i)
	}
	return list, errors.Join(faults...)
}
