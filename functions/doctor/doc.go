// Package doctor tries each thing that a message needs, one step after another: settings, rules, credentials, name
// resolution, connection, clock, identity and permission. Its Report has a line for each step: what was seen, or what is wrong, who has
// to act, what to do, and a command to type first.
//
// The command `sendbridge doctor` and both functions call Examine with the parts that they have built:
//
//	report := doctor.Examine(ctx, process, "") // no topic: nothing is sent
//
// The report's verdict is that of the worst step that somebody can act on, and decides the exit code. The package does not
// know where the settings come from or who asks.
package doctor
