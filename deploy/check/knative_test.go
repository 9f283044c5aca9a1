package check

import (
	"strconv"
	"testing"

	eventing "knative.dev/eventing/pkg/apis/eventing/v1"
	serving "knative.dev/serving/pkg/apis/serving/v1"

	"sendbridge/functions"
)

func TestKnativeService(t *testing.T) {
	service := only[*serving.Service](t, decode(t, readFile(t, "../knative/service.yaml")))
	service.SetDefaults(t.Context()) // as Knative's webhook does before it validates
	if errs := service.Validate(t.Context()); errs != nil {
		t.Error(errs)
	}
	revision := service.Spec.Template
	container := revision.Spec.Containers[0]
	config := settings(t, container, nil)
	checkContainer(t, container, config)
	if _, err := functions.LoadRules(&config, ""); err != nil {
		t.Error(err)
	}
	if most, err := strconv.Atoi(revision.Annotations["autoscaling.knative.dev/max-scale"]); err != nil || most*config.Rate > addressLimit {
		t.Errorf("%d pods with %d calls a second each: an address may make %d", most, config.Rate, addressLimit)
	}
	if seconds := *revision.Spec.TimeoutSeconds; float64(seconds) < config.RequestTimeout.Seconds()+1 {
		t.Errorf("timeoutSeconds %d ends before a request does, %v", seconds, config.RequestTimeout)
	}
	if config.Auth == "none" && service.Labels["networking.knative.dev/visibility"] != "cluster-local" {
		t.Error("SENDBRIDGE_AUTH=none on a public address")
	}
}

// A trigger gives up after its last attempt, so it needs a dead-letter sink.
func TestKnativeTrigger(t *testing.T) {
	objects := decode(t, readFile(t, "../knative/eventing.yaml"))
	broker, trigger := only[*eventing.Broker](t, objects), only[*eventing.Trigger](t, objects)
	for _, errs := range []error{asError(broker.Validate(t.Context())), asError(trigger.Validate(t.Context()))} {
		if errs != nil {
			t.Error(errs)
		}
	}
	service := only[*serving.Service](t, decode(t, readFile(t, "../knative/service.yaml")))
	if to := trigger.Spec.Subscriber.Ref; to.Name != service.Name || to.Kind != service.Kind || to.APIVersion != service.APIVersion {
		t.Errorf("the trigger sends to %+v", to)
	}
	if trigger.Spec.Broker != broker.Name || trigger.Spec.Delivery.DeadLetterSink == nil {
		t.Errorf("trigger %+v", trigger.Spec)
	}
}
