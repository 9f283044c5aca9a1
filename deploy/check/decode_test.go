package check

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	eventing "knative.dev/eventing/pkg/apis/eventing/v1"
	serving "knative.dev/serving/pkg/apis/serving/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	strict "sigs.k8s.io/yaml"
)

// newObject makes an empty object of each kind that deploy/ contains. A document of another kind fails the test.
var newObject = map[string]func() any{
	"apps/v1 Deployment":                 func() any { return &apps.Deployment{} },
	"v1 ConfigMap":                       func() any { return &core.ConfigMap{} },
	"v1 Service":                         func() any { return &core.Service{} },
	"v1 ServiceAccount":                  func() any { return &core.ServiceAccount{} },
	"policy/v1 PodDisruptionBudget":      func() any { return &policy.PodDisruptionBudget{} },
	"networking.k8s.io/v1 NetworkPolicy": func() any { return &networking.NetworkPolicy{} },
	"serving.knative.dev/v1 Service":     func() any { return &serving.Service{} },
	"eventing.knative.dev/v1 Broker":     func() any { return &eventing.Broker{} },
	"eventing.knative.dev/v1 Trigger":    func() any { return &eventing.Trigger{} },
}

// render returns the output of `kubectl kustomize` for a directory.
func render(t *testing.T, dir string) []any {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, text)
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// decode decodes documents strictly: an unknown or duplicate field fails the test.
func decode(t *testing.T, text []byte) []any {
	t.Helper()
	var objects []any
	for reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
		document, err := reader.Read()
		if err == io.EOF {
			return objects
		}
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ APIVersion, Kind string }
		if err := strict.Unmarshal(document, &head); err != nil {
			t.Fatal(err)
		}
		kind := head.APIVersion + " " + head.Kind
		if newObject[kind] == nil {
			t.Fatalf("%s: no type in newObject", kind)
		}
		object := newObject[kind]()
		if err := strict.UnmarshalStrict(document, object); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		objects = append(objects, object)
	}
}

// only returns the single object of a type.
func only[T any](t *testing.T, objects []any) T {
	t.Helper()
	var found []T
	for _, o := range objects {
		if typed, ok := o.(T); ok {
			found = append(found, typed)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d objects of type %T, want 1", len(found), *new(T))
	}
	return found[0]
}

// asError returns nil if Knative's own error type is nil.
func asError[E interface {
	comparable
	error
}](err E) error {
	if err == *new(E) {
		return nil
	}
	return err
}
