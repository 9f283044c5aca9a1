package bridge

import (
	"context"
	"time"

	"sendbridge/core"
)

// A MessageHash stands for a message's way in, event, rule and element. Where bridges share what they sent, it stands for
// what the rule says about its messages as well.
type MessageHash [16]byte

// A Shared is what the bridges of several processes know together, so that one of them does not send what another one has
// sent or is sending. An error means that the others could not be asked: the bridge goes on with its own memory, and the
// event does not fail. Every function returns soon, and is called from several goroutines at once.
type Shared struct {
	// Claim asks for a message. The zero Claim means that this process sends it: the claim lasts until ClaimGrace after ctx's
	// deadline, or until Settle or Release. A process gets a message again that it holds itself. With retry it also gets one whose event
	// was dead-lettered.
	Claim func(ctx context.Context, m MessageHash, retry bool) (Claim, error)
	// Settle says what became of up to 500 messages, whoever holds them. They are known for the window from now on. A message that
	// was sent stays sent. One that is in flight stays so if Settled only knows that its event was dead-lettered.
	Settle func(ctx context.Context, window time.Duration, list []Settled) error
	// Release gives back a claim of this process. Other claims, and what is settled, stay.
	Release func(ctx context.Context, m MessageHash) error
}

// ClaimGrace is how long a claim outlasts the caller's deadline, so that an outcome at the deadline can still be settled.
const ClaimGrace = 100 * time.Millisecond

// A Claim says what the processes know about a message. The zero value says that the caller sends it.
type Claim struct {
	InFlight bool          // another process is sending it
	Known    bool          // it was sent, or its event was dead-lettered
	Receipt  core.Receipt  // of a known message; without a MsgID its event was dead-lettered
	Left     time.Duration // how long this lasts
}

// Settled is a message with its receipt. Without a MsgID its event was dead-lettered.
type Settled struct {
	Message MessageHash
	Receipt core.Receipt
	Claimed bool // by the caller, whose claim ends
}
