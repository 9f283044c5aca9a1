// Package trigger is what the functions of all clouds have in common: it recognises a payload by a table of sources, decodes
// it, delivers its events, and delivers the event of a failed call again. Packages awslambda and alifc use it, and add the
// formats and the answers of their clouds.
//
// A Table has a row for each kind of trigger. The first row that recognises a payload decodes it; the last row takes every
// other payload. A function is not told which trigger invoked it, so the table recognises payloads by their whole shape.
// That proves nothing about the sender: Table.Listed marks events that claim to come from a trigger that the function does
// not have.
//
// The package knows no vendor's format and no SDK.
package trigger
