package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"sendbridge/functions"
)

// A serverlessDevs holds the parts of Serverless Devs' fc3 (0.1.22) that s.yaml uses. The component itself does not reject
// unknown keys.
type serverlessDevs struct {
	Edition   string
	Name      string
	Access    string
	Vars      map[string]string
	Resources map[string]struct {
		Component string
		Actions   map[string][]struct{ Run, Path string }
		Props     props
	}
}

type props struct {
	Region              string
	FunctionName        string `yaml:"functionName"`
	Description         string
	Runtime             string
	Handler             string
	CustomRuntimeConfig struct {
		Command           []string
		Port              int
		HealthCheckConfig struct {
			HTTPGetURL          string `yaml:"httpGetUrl"`
			InitialDelaySeconds int    `yaml:"initialDelaySeconds"`
			PeriodSeconds       int    `yaml:"periodSeconds"`
			TimeoutSeconds      int    `yaml:"timeoutSeconds"`
			FailureThreshold    int    `yaml:"failureThreshold"`
			SuccessThreshold    int    `yaml:"successThreshold"`
		} `yaml:"healthCheckConfig"`
	} `yaml:"customRuntimeConfig"`
	InstanceConcurrency int `yaml:"instanceConcurrency"`
	Code                string
	CPU                 float64
	MemorySize          int `yaml:"memorySize"`
	DiskSize            int `yaml:"diskSize"`
	Timeout             int
	Role                string
	ConcurrencyConfig   struct {
		ReservedConcurrency int `yaml:"reservedConcurrency"`
	} `yaml:"concurrencyConfig"`
	EnvironmentVariables    map[string]string `yaml:"environmentVariables"`
	InstanceLifecycleConfig map[string]struct {
		Handler string
		Timeout int
	} `yaml:"instanceLifecycleConfig"`
	LogConfig         string `yaml:"logConfig"`
	AsyncInvokeConfig struct {
		MaxAsyncRetryAttempts     int                                     `yaml:"maxAsyncRetryAttempts"`
		MaxAsyncEventAgeInSeconds int                                     `yaml:"maxAsyncEventAgeInSeconds"`
		DestinationConfig         map[string]struct{ Destination string } `yaml:"destinationConfig"`
	} `yaml:"asyncInvokeConfig"`
	Triggers []struct {
		TriggerName   string `yaml:"triggerName"`
		TriggerType   string `yaml:"triggerType"`
		SourceArn     string `yaml:"sourceArn"`
		TriggerConfig any    `yaml:"triggerConfig"`
	}
}

// triggerConfigs has the configuration of each type of trigger, which fc3's own schema does not distinguish.
var triggerConfigs = map[string]func() any{
	"oss": func() any {
		return new(struct {
			Events []string
			Filter struct {
				Key struct{ Prefix, Suffix string }
			}
		})
	},
	"timer": func() any {
		return new(struct {
			CronExpression string `yaml:"cronExpression"`
			Enable         bool
			Payload        string
		})
	},
	"http": func() any {
		return new(struct {
			AuthType           string `yaml:"authType"`
			Methods            []string
			DisableURLInternet bool `yaml:"disableURLInternet"`
		})
	},
	"eventbridge": func() any {
		return new(struct {
			TriggerEnable          bool   `yaml:"triggerEnable"`
			AsyncInvocationType    bool   `yaml:"asyncInvocationType"`
			EventRuleFilterPattern string `yaml:"eventRuleFilterPattern"`
			EventSourceConfig      struct {
				EventSourceType string `yaml:"eventSourceType"`
			} `yaml:"eventSourceConfig"`
		})
	},
}

const root = "../.."

// readSYAML returns the function of s.yaml. A key that is not in the model is a mistake in one of the two.
func readSYAML(t *testing.T) props {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(root, "s.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file serverlessDevs
	if err := yaml.UnmarshalWithOptions(src, &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	for _, used := range regexp.MustCompile(`\$\{vars\.([a-z]+)\}`).FindAllStringSubmatch(string(src), -1) {
		if file.Vars[used[1]] == "" {
			t.Errorf("vars.%s is not set", used[1])
		}
	}
	r := file.Resources["forwarder"]
	if r.Component != "fc3" || len(file.Resources) != 1 || len(r.Actions["pre-deploy"]) != 1 || r.Actions["pre-deploy"][0].Run != "make "+strings.TrimPrefix(r.Props.Code, "./") {
		t.Errorf("resources %+v", file.Resources)
	}
	return r.Props
}

func TestSYAMLFitsTheBinary(t *testing.T) {
	p := readSYAML(t)
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	command := strings.TrimPrefix(p.CustomRuntimeConfig.Command[0], "/code/")
	if p.Handler != command || !strings.Contains(string(makefile), "\ndist/fc.zip:") || !strings.Contains(string(makefile), " "+command+"=bin/fc/main:0755 sendbridge.yaml=") {
		t.Errorf("the package has no %q", command)
	}
	if p.Runtime != "custom.debian10" || p.CustomRuntimeConfig.HealthCheckConfig.HTTPGetURL != "/healthz" {
		t.Errorf("runtime %+v", p.CustomRuntimeConfig)
	}
	c, err := functions.Load(append(environ(p), "FC_SERVER_PORT="+strconv.Itoa(p.CustomRuntimeConfig.Port), "FC_REGION=cn-hangzhou", "SENDBRIDGE_TOPIC=t"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "0.0.0.0:"+strconv.Itoa(p.CustomRuntimeConfig.Port) {
		t.Errorf("listens on %s", c.Listen)
	}
	if p.Timeout <= int(c.Timeout/time.Second) || p.Timeout <= int(c.RequestTimeout/time.Second) {
		t.Errorf("timeout %d s is not above SENDBRIDGE_TIMEOUT %s and the request's %s", p.Timeout, c.Timeout, c.RequestTimeout)
	}
	if all := c.Rate * p.ConcurrencyConfig.ReservedConcurrency; all == 0 || all > 300 {
		t.Errorf("%d calls a second of all instances: the account has 1000, one address 300", all)
	}
}

// environ returns the environment that the function starts with. Load rejects names that it does not know.
func environ(p props) []string {
	var list []string
	for name, value := range p.EnvironmentVariables {
		list = append(list, name+"="+strings.NewReplacer("${vars.instance}", "post-cn-x", "${vars.mqttregion}", "cn-guangzhou").Replace(value))
	}
	return list
}

func TestSYAMLFitsFunctionCompute(t *testing.T) {
	p := readSYAML(t)
	size := 0
	for name, value := range p.EnvironmentVariables {
		size += len(name) + len(value)
		if strings.HasPrefix(name, "FC_") {
			t.Errorf("%s: the prefix is the runtime's", name)
		}
	}
	ratio := float64(p.MemorySize) / 1024 / p.CPU
	switch {
	case size > 4096:
		t.Errorf("the environment has %d bytes, 4096 are allowed", size)
	case p.MemorySize%64 != 0 || p.MemorySize < 128 || ratio < 1 || ratio > 4:
		t.Errorf("%d MB for %v vCPU", p.MemorySize, p.CPU)
	case p.InstanceConcurrency < 1 || p.InstanceConcurrency > 200 || p.DiskSize != 512 && p.DiskSize != 10240:
		t.Errorf("concurrency %d, disk %d", p.InstanceConcurrency, p.DiskSize)
	case p.AsyncInvokeConfig.MaxAsyncRetryAttempts > 8 || p.AsyncInvokeConfig.MaxAsyncEventAgeInSeconds < 1 || p.AsyncInvokeConfig.MaxAsyncEventAgeInSeconds > 604800:
		t.Errorf("%+v", p.AsyncInvokeConfig)
	case p.AsyncInvokeConfig.DestinationConfig["onFailure"].Destination == "" || p.LogConfig == "" || p.Role == "":
		t.Error("no onFailure destination, log or role")
	case p.InstanceLifecycleConfig["initializer"].Handler == "" || p.InstanceLifecycleConfig["preStop"].Handler == "":
		t.Error("no initializer or preStop")
	}
}

func TestSYAMLHasTheTriggers(t *testing.T) {
	p := readSYAML(t)
	var types []string
	asksDoctor := false
	for _, trigger := range p.Triggers {
		types = append(types, trigger.TriggerType)
		config, ok := triggerConfigs[trigger.TriggerType]
		if !ok {
			t.Errorf("%s: type %q is not modelled", trigger.TriggerName, trigger.TriggerType)
			continue
		}
		raw, err := yaml.Marshal(trigger.TriggerConfig)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalWithOptions(raw, config(), yaml.Strict()); err != nil {
			t.Errorf("%s: %v", trigger.TriggerName, err)
		}
		text := string(raw)
		switch trigger.TriggerType {
		case "oss":
			if strings.Contains(text, "*") || strings.Contains(text, "InitiateMultipartUpload") || strings.Contains(text, "UploadPart") || !strings.Contains(text, "PutObject") || !strings.Contains(text, "CompleteMultipartUpload") {
				t.Errorf("unfinished uploads are events, or finished ones are not: %s", text)
			}
		case "timer":
			asksDoctor = asksDoctor || trigger.TriggerConfig.(map[string]any)["payload"] == `{"sendbridge":"doctor"}`
		case "eventbridge":
			pattern := trigger.TriggerConfig.(map[string]any)["eventRuleFilterPattern"].(string)
			if !json.Valid([]byte(pattern)) {
				t.Errorf("%s: the pattern is not JSON: %s", trigger.TriggerName, pattern)
			}
		}
	}
	if want := []string{"oss", "timer", "timer", "http", "eventbridge"}; !slices.Equal(types, want) {
		t.Errorf("triggers %v, want %v, eventbridge last", types, want)
	}
	if !asksDoctor {
		t.Error("no timer asks the doctor")
	}
}
