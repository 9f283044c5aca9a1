// Package coretest is the conformance suite for sources: it checks that an adapter's decoders keep the promises of
// core.Source. A source has its samples in testdata/<source>/, each beside the records that it becomes: push.json and
// push.golden.json.
//
// An adapter calls it in two tests, and adds a sample for each kind of payload:
//
//	func TestSources(t *testing.T)     { coretest.Sources(t, Sources(nil)) }
//	func FuzzSources(f *testing.F)     { coretest.Fuzz(f, Sources(nil)) }
//
// Run the tests with -update to write the golden files, and read them: users' rules will see these events. The suite knows
// no vendor's format.
package coretest
