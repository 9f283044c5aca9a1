package cloudevent

import (
	"strconv"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/core/fault"
	"sendbridge/core/internal/text"
)

// hopsName is the extension that counts how often an event passed through a bridge. EventBridge makes events of MQTT
// messages, so a sent message may come back. Only the payload original has room for the count.
const hopsName = "sendbridgehops"

// maxHops limits how often an event may pass through a bridge. More means a loop.
const maxHops = 8

// hopsOf returns how often an event passed through a bridge, or an error if it must not pass again.
func hopsOf(ec *event.EventContextV1) (int, error) {
	v, ok := ec.Extensions[hopsName]
	if !ok {
		return 0, nil
	}
	s, err := types.Format(v)
	if err != nil {
		return 0, InvalidEvent("%s: must be a whole number, not a %T", hopsName, v)
	}
	hops, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, InvalidEvent("%s %q: must be a whole number from 0: the bridge itself uses it as a counter", hopsName, text.Excerpt(s))
	}
	if hops >= maxHops {
		return 0, fault.New(fault.CodeLoopDetected, fault.ActorYou,
			"%s %d: the event passed through a bridge this often and came back, because its messages become events again", hopsName, hops)
	}
	return int(hops), nil
}
