// Endpoints: https://www.alibabacloud.com/help/en/doc-detail/181438.htm

package onsmqtt

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"sendbridge/internal/loopback"
)

// Endpoint returns the URL of the API in a region, such as "cn-hangzhou", over the network "public" or "vpc". Regions
// are not looked up: new ones work.
func Endpoint(region, network string) (string, error) {
	notInHost := func(r rune) bool {
		return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}
	if region == "" || strings.ContainsFunc(region, notInHost) {
		return "", fmt.Errorf("region %q: want a name such as \"cn-hangzhou\"", region)
	}
	switch network {
	case "public":
		return "https://onsmqtt." + region + ".aliyuncs.com", nil
	case "vpc":
		return "https://onsmqtt-vpc." + region + ".aliyuncs.com", nil
	}
	return "", fmt.Errorf("network %q: want \"public\" or \"vpc\"", network)
}

// parseEndpoint refuses whatever would not travel as it was signed. Its errors show no password.
func parseEndpoint(endpoint string, insecure bool) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	switch {
	case strings.Contains(endpoint, "@"):
		return nil, errors.New("endpoint: a URL with a user or password, want one without")
	case err != nil:
		return nil, fmt.Errorf("endpoint %q: want a URL such as \"https://onsmqtt.cn-hangzhou.aliyuncs.com\"", endpoint)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("endpoint %q: want a URL that begins with https://", endpoint)
	case u.Hostname() == "" || strings.ContainsFunc(u.Host, notInAuthority):
		return nil, fmt.Errorf("endpoint %q: want a host name or an address after %s://", endpoint, u.Scheme)
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		return nil, fmt.Errorf("endpoint %q: want no path, query or fragment", endpoint)
	case u.Scheme == "http" && !insecure && !loopback.Is(u.Hostname()):
		return nil, fmt.Errorf("endpoint %q: payloads and tokens would travel in clear, want https:// or, knowingly, an insecure endpoint", endpoint)
	}
	return u, nil
}

// notInAuthority is true for what net/http rewrites on the wire, such as other scripts and zones: the Host that the
// server sees must be the one that was signed.
func notInAuthority(r rune) bool { return unprintable(r) || r == '%' }
