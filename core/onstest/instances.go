// ListInstances: https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/api-onsmqtt-2020-04-20-listinstances

package onstest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// InstanceDetails are the properties of an instance in the answer of ListInstances.
type InstanceDetails struct {
	Status int    // 2 overdue, 3 expired, 5 in service, 15 frozen; 0 means 5
	Kernel string // V3.3.0 if empty
	Region string // cn-hangzhou if empty
	Spec   string // specification of a professional instance, such as mqtt.p2.1xlarge
}

// NoListing is a Status of the instance Instance. With it, ListInstances is rejected for every caller.
const NoListing = -1

type listing struct {
	RequestID string           `json:"RequestId" xml:"RequestId"`
	Code      string           `json:"Code" xml:"Code"`
	Message   string           `json:"Message" xml:"Message"`
	Success   string           `json:"Success" xml:"Success"`
	Instances []listedInstance `json:"Instances" xml:"Instances>Instance"`
}

type listedInstance struct {
	InstanceID     string `json:"InstanceId" xml:"InstanceId"`
	InstanceName   string `json:"InstanceName" xml:"InstanceName"`
	InstanceStatus int    `json:"InstanceStatus" xml:"InstanceStatus"`
	InstanceType   int    `json:"InstanceType" xml:"InstanceType"`
	Specific       string `json:"Specific,omitempty" xml:"Specific,omitempty"`
	RegionID       string `json:"RegionId" xml:"RegionId"`
	KernelVersion  string `json:"KernelVersion" xml:"KernelVersion"`
}

const listInstances = "ListInstances"

// serveInstances answers ListInstances, which counts for no quota and meets no fault.
func (h *Handler) serveInstances(w http.ResponseWriter, c *call) {
	bad := h.read(w, c)
	if bad == nil {
		bad = h.mayList(c, h.now())
	}
	if bad != nil {
		h.turnDown(w, c, bad)
		return
	}
	l := h.listing()
	h.write(w, c, http.StatusOK, l.RequestID, listInstances+"Response", l)
}

func (h *Handler) mayList(c *call, now time.Time) *refusal {
	if _, bad := h.verify(c, listInstances, version, now); bad != nil {
		return bad
	}
	if h.details[Instance].Status == NoListing {
		bad := refuse("NoPermission")
		bad.denied = "mq:" + listInstances // inferred: the page names no action, and says that none is needed
		return bad
	}
	return nil
}

func (h *Handler) listing() listing {
	l := listing{RequestID: h.newRequestID(), Code: "200", Message: "operation success.", Success: "true"}
	for id := range h.instances {
		d := h.details[id]
		i := listedInstance{InstanceID: id, InstanceName: id, InstanceStatus: 5, InstanceType: 4, Specific: d.Spec, RegionID: "cn-hangzhou", KernelVersion: "V3.3.0"}
		if d.Status != 0 {
			i.InstanceStatus = d.Status
		}
		if d.Kernel != "" {
			i.KernelVersion = d.Kernel
		}
		if d.Region != "" {
			i.RegionID = d.Region
		}
		l.Instances = append(l.Instances, i)
	}
	slices.SortFunc(l.Instances, func(a, b listedInstance) int { return strings.Compare(a.InstanceID, b.InstanceID) })
	return l
}
