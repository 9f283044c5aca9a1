// Endpoints: https://www.alibabacloud.com/help/en/doc-detail/181438.htm

package onsmqtt

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"sendbridge/internal/loopback"
)

// Endpoint returns the URL of the API in a region, such as "cn-hangzhou", over the network "public" or "vpc". It has no
// list of regions, so new ones work.
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

// parseEndpoint rejects endpoints that net/http would change after signing. Its errors show no password.
func parseEndpoint(endpoint string, insecure bool) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	switch {
	case strings.Contains(endpoint, "@"):
		return nil, errors.New("endpoint: the URL must not contain a user or password")
	case err != nil:
		return nil, fmt.Errorf("endpoint %q: want a URL such as \"https://onsmqtt.cn-hangzhou.aliyuncs.com\"", endpoint)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("endpoint %q: want a URL that starts with https://", endpoint)
	case u.Hostname() == "" || strings.ContainsFunc(u.Host, notInAuthority):
		return nil, fmt.Errorf("endpoint %q: want a host name or an address after %s://", endpoint, u.Scheme)
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		return nil, fmt.Errorf("endpoint %q: want no path, query or fragment", endpoint)
	case u.Scheme == "http" && !insecure && !loopback.Is(u.Hostname()):
		return nil, fmt.Errorf("endpoint %q: payloads and tokens would be sent unencrypted: use https://, or allow an insecure endpoint", endpoint)
	}
	return u, nil
}

// notInAuthority reports characters that net/http rewrites on the wire, such as other scripts and zones: the server must
// see the Host that was signed.
func notInAuthority(r rune) bool { return unprintable(r) || r == '%' }
