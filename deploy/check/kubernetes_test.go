package check

import (
	"maps"
	"slices"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"

	"sendbridge/functions"
)

func TestKubernetes(t *testing.T) {
	for _, dir := range []string{"base", "overlays/ack-rrsa", "overlays/eks"} {
		t.Run(dir, func(t *testing.T) {
			objects := render(t, "../kubernetes/"+dir)
			deployment := only[*apps.Deployment](t, objects)
			pod := deployment.Spec.Template
			container := pod.Spec.Containers[0]
			config := settings(t, container, configMaps(objects))
			checkContainer(t, container, config)
			checkPort(t, container, "metrics", config.AdminListen)
			checkGrace(t, pod.Spec.TerminationGracePeriodSeconds, config)

			pods := *deployment.Spec.Replicas + deployment.Spec.Strategy.RollingUpdate.MaxSurge.IntVal
			if calls := int(pods) * config.Rate; calls > addressLimit {
				t.Errorf("%d pods during a rollout make %d calls a second, an address may make %d", pods, calls, addressLimit)
			}
			checkSelectors(t, objects, pod.Labels)
			checkRules(t, objects, container, pod.Spec.Volumes, config)
		})
	}
}

// The overlays need no key: the token's path, audience and role fit credentials of kind oidc_role_arn.
func TestOverlaysNeedNoKey(t *testing.T) {
	for _, dir := range []string{"ack-rrsa", "eks"} {
		t.Run(dir, func(t *testing.T) {
			objects := render(t, "../kubernetes/overlays/"+dir)
			pod := only[*apps.Deployment](t, objects).Spec.Template.Spec
			data := configMaps(objects)[pod.Containers[0].EnvFrom[0].ConfigMapRef.Name].Data
			if data["SENDBRIDGE_CREDENTIALS"] != "oidc_role_arn" {
				t.Errorf("SENDBRIDGE_CREDENTIALS=%q", data["SENDBRIDGE_CREDENTIALS"])
			}
			for name := range data {
				if name == "ALIBABA_CLOUD_ACCESS_KEY_ID" || name == "ALIBABA_CLOUD_ACCESS_KEY_SECRET" {
					t.Errorf("%s is set in a keyless overlay", name)
				}
			}
			for _, volume := range pod.Volumes {
				if volume.Projected == nil {
					continue
				}
				token := volume.Projected.Sources[0].ServiceAccountToken
				mount := pod.Containers[0].VolumeMounts[slices.IndexFunc(pod.Containers[0].VolumeMounts, func(m core.VolumeMount) bool { return m.Name == volume.Name })]
				if path := mount.MountPath + "/" + token.Path; path != data["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] || token.Audience != "sts.aliyuncs.com" {
					t.Errorf("token at %s for %s, but ALIBABA_CLOUD_OIDC_TOKEN_FILE=%s", path, token.Audience, data["ALIBABA_CLOUD_OIDC_TOKEN_FILE"])
				}
				return
			}
			t.Error("no projected token")
		})
	}
}

func configMaps(objects []any) map[string]*core.ConfigMap {
	byName := map[string]*core.ConfigMap{}
	for _, o := range objects {
		if m, ok := o.(*core.ConfigMap); ok {
			byName[m.Name] = m
		}
	}
	return byName
}

// checkSelectors compares every selector, and the named ports, with the pods.
func checkSelectors(t *testing.T, objects []any, labels map[string]string) {
	t.Helper()
	service := only[*core.Service](t, objects)
	budget := only[*policy.PodDisruptionBudget](t, objects)
	network := only[*networking.NetworkPolicy](t, objects)
	for what, selector := range map[string]map[string]string{
		"Service": service.Spec.Selector, "PodDisruptionBudget": budget.Spec.Selector.MatchLabels, "NetworkPolicy": network.Spec.PodSelector.MatchLabels,
	} {
		if len(selector) == 0 || !maps.Equal(selector, labels) {
			t.Errorf("%s selects %v, pods have %v", what, selector, labels)
		}
	}
	var names []string
	for _, p := range only[*apps.Deployment](t, objects).Spec.Template.Spec.Containers[0].Ports {
		names = append(names, p.Name)
	}
	for _, rule := range network.Spec.Ingress {
		for _, p := range rule.Ports {
			if !slices.Contains(names, p.Port.StrVal) {
				t.Errorf("NetworkPolicy opens port %s, the container has %v", p.Port, names)
			}
		}
	}
	if p := service.Spec.Ports[0].TargetPort.StrVal; !slices.Contains(names, p) {
		t.Errorf("Service targets port %s, the container has %v", p, names)
	}
}

// checkRules compares the mounted file with SENDBRIDGE_RULES_FILE, and parses its rules.
func checkRules(t *testing.T, objects []any, c core.Container, volumes []core.Volume, config functions.Config) {
	t.Helper()
	volume := volumes[slices.IndexFunc(volumes, func(v core.Volume) bool { return v.ConfigMap != nil })]
	mount := c.VolumeMounts[slices.IndexFunc(c.VolumeMounts, func(m core.VolumeMount) bool { return m.Name == volume.Name })]
	data := configMaps(objects)[volume.ConfigMap.Name]
	if data == nil {
		t.Fatalf("volume %s: there is no ConfigMap %q", volume.Name, volume.ConfigMap.Name)
	}
	for name, text := range data.Data {
		if path := mount.MountPath + "/" + name; path != config.RulesFile {
			t.Errorf("rules are at %s, but SENDBRIDGE_RULES_FILE=%s", path, config.RulesFile)
		}
		if _, err := functions.ParseRules(name, []byte(text)); err != nil {
			t.Error(err)
		}
	}
}
