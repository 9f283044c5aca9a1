// Package trigger is the common part of the functions of all clouds: it recognises a payload with a table of sources,
// decodes it, delivers its events, and delivers the event of a failed call again. Packages awslambda and alifc use it, and
// add the formats and the answers of their clouds.
//
// A Table has a row for each kind of trigger. The first row that matches a payload decodes it; the last row accepts every
// other payload. A function is not informed which trigger invoked it, so the table recognises payloads by their complete
// shape. This proves nothing about the sender: Table.Listed marks events that claim to come from a trigger that the
// function does not have.
//
// The package knows no vendor's format and no SDK.
package trigger
