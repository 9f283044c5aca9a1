//go:build soak

package main

import "testing"

// Three hundred batches have three million elements, which take a while to read.
func TestSoakAStormOfBadBatches(t *testing.T) { storm(t, 300) }

func TestSoakBrokerClosesWhileClientsLeave(t *testing.T) { closeWhileClientsLeave(t, 200) }
