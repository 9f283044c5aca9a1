package cloudevent

import (
	"strconv"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/core/fault"
	"sendbridge/core/internal/text"
)

// hopsName is the extension that counts how often an event went through a bridge. EventBridge makes events of MQTT
// messages, so what is sent may come back; only the payload original has room for the count.
const hopsName = "sendbridgehops"

// maxHops is how often an event may go through a bridge: more than that is a circle.
const maxHops = 8

// hopsOf returns how often an event went through a bridge. The error refuses one that may not go through again.
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
		return 0, InvalidEvent("%s %q: must be a whole number from 0 on: the bridge itself counts in it", hopsName, text.Excerpt(s))
	}
	if hops >= maxHops {
		return 0, fault.New(fault.CodeLoopDetected, fault.ActorYou,
			"%s %d: the event went through a bridge that often and came back: its messages become events again", hopsName, hops)
	}
	return int(hops), nil
}
