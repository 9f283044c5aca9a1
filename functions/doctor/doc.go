// Package doctor checks everything that a message needs, one step after another: settings, rules, credentials, name
// resolution, connection, clock, identity and permission, and what the process shares with its fleet. Its Report has one
// line per step: what was found, or what is wrong, who has to act, what to do, and the first command to type.
//
// The command `sendbridge doctor` and both functions call Examine with the parts that they have built:
//
//	report := doctor.Examine(ctx, process, "") // no topic: nothing is sent
//
// The report's verdict is about the worst step, and decides the exit code. The package does not know where the settings
// come from or who calls it.
package doctor
