package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// leastKernel is the first kernel that supports SendMessage according to an older page. Newer pages no longer mention
// it.
const leastKernel = "V3.3.0"

// instance looks up the instance, which distinguishes a wrong id, region or account from a missing permission. It runs
// after the call that shows whether the API accepts the instance, because no page says that the list contains every
// instance of the older kind.
func (x *examination) instance(ctx context.Context) {
	if !x.passed(stepCredentials) || !x.passed(stepConnection) {
		x.skip(stepInstance, "not checked: it needs "+stepCredentials+" and "+stepConnection)
		return
	}
	why := ""
	x.step(ctx, stepInstance, nil, func(ctx context.Context) (string, error) {
		if err := x.Wait(ctx); err != nil {
			why = "not looked up: " + err.Error()
			return "", nil
		}
		list, err := x.Client.Instances(ctx)
		if err != nil {
			why = "not looked up, the API rejected ListInstances: " + err.Error()
			return "", nil
		}
		i := slices.IndexFunc(list, func(i onsmqtt.Instance) bool { return i.ID == x.Instance })
		switch {
		case i >= 0:
			return inService(list[i])
		case x.passed(stepPermission):
			why = fmt.Sprintf("%[2]s is not in the list of %[1]d instances, but the API accepts it", len(list), x.Instance)
			return "", nil
		}
		return "", x.noInstance(list)
	})
	if why != "" {
		s := &x.report.Steps[len(x.report.Steps)-1]
		s.Outcome, s.Found = skipped, why
	}
}

func (x *examination) noInstance(list []onsmqtt.Instance) error {
	where := "at " + hostOf(x.Endpoint)
	if x.Region != "" {
		where = "in " + x.Region
	}
	text := fmt.Sprintf("%s is not an instance of this account %s; the account has %s there", x.Instance, where, namesOf(list))
	return &finding{text, classConfiguration, "set SENDBRIDGE_INSTANCE_ID and SENDBRIDGE_REGION to an instance of this account, or use credentials of the account that owns it"}
}

// namesOf lists the first instances by id.
func namesOf(list []onsmqtt.Instance) string {
	const most = 5
	if len(list) == 0 {
		return "none"
	}
	var ids []string
	for _, i := range list[:min(len(list), most)] {
		ids = append(ids, i.ID)
	}
	if more := len(list) - most; more > 0 {
		ids = append(ids, fmt.Sprintf("%d more", more))
	}
	return strings.Join(ids, ", ")
}

// inService describes an instance, or returns what keeps it from working.
func inService(i onsmqtt.Instance) (string, error) {
	text := fmt.Sprintf("%s in %s is %s, kernel %s", i.ID, i.Region, i.StatusText(), i.Kernel)
	if i.Spec != "" {
		text += ", specification " + i.Spec
	}
	text += ": above its TPS the broker drops messages without an error"
	switch {
	case i.Status == 0 || i.Status == 7:
		return "", &finding{text, fault.ClassTransient, "wait until the instance is in service"}
	case i.Status != onsmqtt.InService:
		return "", &finding{text, fault.ClassUnsupported, "renew the instance or pay what is due, in the console of ApsaraMQ for MQTT"}
	case olderThan(i.Kernel, leastKernel):
		return text + "; according to an older page, SendMessage needs kernel " + leastKernel, nil
	}
	return text, nil
}

// olderThan compares versions such as V3.10.0 by their numbers. It returns false for text that is not a version.
func olderThan(version, least string) bool {
	var a, b [3]int
	if _, err := fmt.Sscanf(strings.ToUpper(version), "V%d.%d.%d", &a[0], &a[1], &a[2]); err != nil {
		return false
	}
	if _, err := fmt.Sscanf(least, "V%d.%d.%d", &b[0], &b[1], &b[2]); err != nil {
		return false
	}
	return slices.Compare(a[:], b[:]) < 0
}
