package functions

import (
	"strings"
	"testing"
)

// A process in a VPC calls STS there, unless its environment names another endpoint of STS.
func TestSTSIsAskedByTheNetworkOfTheAPI(t *testing.T) {
	vpc := Config{Network: "vpc", Region: "cn-shanghai"}
	for _, c := range []struct {
		config  Config
		environ map[string]string
		want    string
	}{
		{vpc, nil, "cn-shanghai true"},
		{Config{Network: "public", Region: "cn-shanghai"}, nil, ""},
		{Config{Network: "vpc"}, nil, ""},
		{vpc, map[string]string{"ALIBABA_CLOUD_STS_REGION": "cn-beijing"}, "cn-beijing"},
		{vpc, map[string]string{"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED": "false"}, "false"},
		{vpc, map[string]string{"ALIBABA_CLOUD_STS_ENDPOINT": "https://sts"}, ""},
	} {
		got := inNetwork(&c.config, c.environ)
		if text := strings.TrimSpace(got["ALIBABA_CLOUD_STS_REGION"] + " " + got["ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"]); text != c.want {
			t.Errorf("%+v, %v: %q, want %q", c.config.Network, c.environ, text, c.want)
		}
	}
}
