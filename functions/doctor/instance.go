package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// leastKernel is the first kernel that takes SendMessage, as an older page says; newer ones no longer mention it.
const leastKernel = "V3.3.0"

// instance looks the instance up, which tells a wrong id, region or account from a missing permission. It comes after the
// call that shows whether the API takes the instance: no page says that the list has every instance of the older kind.
func (x *examination) instance(ctx context.Context) {
	if !x.passed(stepCredentials) || !x.passed(stepConnection) {
		x.skip(stepInstance, "not tried: it needs "+stepCredentials+" and "+stepConnection)
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
			why = "not looked up, ListInstances was refused: " + err.Error()
			return "", nil
		}
		i := slices.IndexFunc(list, func(i onsmqtt.Instance) bool { return i.ID == x.Instance })
		switch {
		case i >= 0:
			return inService(list[i])
		case x.passed(stepPermission):
			why = fmt.Sprintf("the list of %d instances does not have %s, and the API takes it all the same", len(list), x.Instance)
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
	text := fmt.Sprintf("%s is no instance of this account %s, which has %s there", x.Instance, where, namesOf(list))
	return &finding{text, classConfiguration, "set SENDBRIDGE_INSTANCE_ID and SENDBRIDGE_REGION to an instance of this account, or use credentials of the account that has it"}
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

// inService tells of an instance that was found, or what keeps it from its work.
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
		return text + "; SendMessage needed " + leastKernel + " by an older page", nil
	}
	return text, nil
}

// olderThan compares versions such as V3.10.0 by their numbers. What is no version is not older.
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
