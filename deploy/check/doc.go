// Package check compares deploy/ with the code: names, ports, probes, settings and limits. It is a separate module, so that
// the product's go.mod does not depend on Kubernetes.
package check
