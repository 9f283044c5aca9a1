package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/fleet"
)

// fleet checks the fleet's Redis. As messages are sent without Redis, too, transient problems have the least urgent class.
func (x *examination) fleet(ctx context.Context) {
	if x.Quota == nil {
		x.skip(stepFleet, "SENDBRIDGE_REDIS is not set: this process shares nothing with others")
		return
	}
	x.step(ctx, stepFleet, nil, func(ctx context.Context) (string, error) {
		p, err := x.Quota.Probe(ctx)
		switch {
		case err != nil:
			return "", fleetFault(err)
		case p.Answers > fleet.Patience:
			return "", &finding{fmt.Sprintf("a script took %s, and a message waits %s for one", p.Answers.Round(time.Millisecond), fleet.Patience),
				classConfiguration, "use a Redis in the region and network of this process" + goesOn}
		}
		return fleetInWords(p, x.Quota.Limits()), nil
	})
}

const goesOn = "; until then this process works at SENDBRIDGE_RATE, without the fleet"

func fleetInWords(p fleet.Probe, l fleet.Limits) string {
	address := "each address"
	if l.Name != "" {
		address = "the address " + l.Name
	}
	return fmt.Sprintf("%s runs the script in %.1f ms, %s; in the last minute %d processes shared the quota: %d calls a second of all, %d from %s",
		cmp.Or(p.Version, "a server of unknown version"), milliseconds(p.Answers), clockInWords(p.Skew), p.Processes, l.Account, l.Address, address)
}

// clockInWords describes the difference of the clocks. The script uses only the server's clock.
func clockInWords(skew time.Duration) string {
	switch d := skew.Round(time.Millisecond); {
	case d > 0:
		return fmt.Sprintf("its clock is %s behind, which does not matter", d)
	case d < 0:
		return fmt.Sprintf("its clock is %s ahead, which does not matter", -d)
	}
	return "its clock is the same"
}

// fleetFault classifies an error of Redis.
func fleetFault(err error) error {
	var refused fleet.Refused
	if !errors.As(err, &refused) {
		return &finding{"redis does not answer: " + err.Error(), fault.ClassTransient,
			"check that SENDBRIDGE_REDIS can be reached from here: VPC, security group, allow list, TLS" + goesOn}
	}
	switch code := refused.Code(); {
	case code == "WRONGPASS", code == "NOAUTH", strings.Contains(err.Error(), "password"):
		return &finding{err.Error(), classConfiguration, "correct the user and password in SENDBRIDGE_REDIS" + goesOn}
	case code == "NOPERM":
		return &finding{err.Error(), classConfiguration, "allow this user to run scripts, and keys that begin with sendbridge:" + goesOn}
	case code == "READONLY":
		return &finding{err.Error(), classConfiguration, "set SENDBRIDGE_REDIS to the primary" + goesOn}
	case code == "LOADING", code == "OOM", code == "MASTERDOWN", code == "CLUSTERDOWN", code == "BUSY", code == "TRYAGAIN":
		return &finding{err.Error(), fault.ClassTransient, "check the memory and the state of this Redis" + goesOn}
	}
	return &finding{err.Error(), fault.ClassUnsupported, "use Redis 5 or later, Valkey or Tair, and allow it EVALSHA" + goesOn}
}
