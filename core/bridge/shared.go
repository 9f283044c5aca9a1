package bridge

import (
	"context"
	"time"

	"sendbridge/core"
)

// A MessageHash identifies a message by its ingress, event, rule and element: see dedupKey. If bridges share their dedup
// window, it also depends on the rule's messages.
type MessageHash [16]byte

// A Shared is the common dedup window of the bridges of several processes, so that none of them sends a message that
// another one has sent or is sending. An error means that the other processes could not be asked: the bridge then uses its
// own memory, and the event does not fail. Every function returns soon and is called concurrently.
type Shared struct {
	// Claim claims a message. The zero Claim means that this process must send it. The claim lasts until ClaimGrace after
	// ctx's deadline, or until Settle or Release. A process may claim again what it holds itself. With retry it may also
	// claim a message whose event was dead-lettered.
	Claim func(ctx context.Context, m MessageHash, retry bool) (Claim, error)
	// Settle stores the outcomes of up to 500 messages, whichever process holds them, for the window from now on. A message
	// that was sent stays sent. A message in flight stays in flight if Settled only says that its event was dead-lettered.
	Settle func(ctx context.Context, window time.Duration, list []Settled) error
	// Release ends a claim of this process. Other claims and settled messages stay.
	Release func(ctx context.Context, m MessageHash) error
}

// ClaimGrace is how long a claim outlasts its caller's deadline, so that an outcome at the deadline can still be settled.
const ClaimGrace = 100 * time.Millisecond

// A Claim is the state of a message among the processes. The zero value means that the caller must send it.
type Claim struct {
	InFlight bool          // another process is sending it
	Known    bool          // it was sent, or its event was dead-lettered
	Receipt  core.Receipt  // receipt of a known message; without a MsgID its event was dead-lettered
	Left     time.Duration // how long this state lasts
}

// Settled is a message with its receipt. Without a MsgID its event was dead-lettered.
type Settled struct {
	Message MessageHash
	Receipt core.Receipt
	Claimed bool // the caller has claimed it; the claim ends
}
