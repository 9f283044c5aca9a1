//go:build soak

package main

import "testing"

// Every value meets every command and every real binary in each of the deployments.
func TestSoakMainsAndCommandsAnswerAlike(t *testing.T) { answerAlike(t, len(deployments())) }
