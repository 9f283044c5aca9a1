// Package check holds what deploy/ has to the code: names, ports, probes, settings and limits. It is a module of its own,
// so that the product's go.mod needs nothing of Kubernetes.
package check
