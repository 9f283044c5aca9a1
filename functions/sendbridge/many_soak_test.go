//go:build soak

package main

import "testing"

// Three hundred batches have three million elements, which take a while to read.
func TestSoakAStormOfBadBatches(t *testing.T) { storm(t, 300) }

func TestSoakKilledAndStartedAgainNothingIsLost(t *testing.T) { killAndStartAgain(t, 10_000, 3000) }

func TestSoakReplayContinuesWhereItStopped(t *testing.T) { stopAndContinue(t, 10_000, 3000) }

func TestSoakLambdaDoesNotGrow(t *testing.T) { invokeMore(t, 300, 1000) }

func TestSoakBrokerClosesWhileClientsLeave(t *testing.T) { closeWhileClientsLeave(t, 200) }
