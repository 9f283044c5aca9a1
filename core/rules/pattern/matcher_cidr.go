package pattern

import (
	"net/netip"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/strictyaml"
)

// cidrTest tests for an IP address of a network. It accepts an IPv4 address in IPv6 form, as dual-stack servers write it.
func cidrTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	network, err := netip.ParsePrefix(want)
	if addr, addrErr := netip.ParseAddr(want); addrErr == nil {
		m.At(n, "cidr: %q is one address: write %q", want, netip.PrefixFrom(addr.WithZone(""), addr.BitLen()))
	} else if err != nil {
		m.At(n, `cidr: %q is not a network: write one such as "10.0.0.0/8" or "2001:db8::/32"`, want)
	}
	return func(got string) bool {
		// This check is cheap and excludes most texts that are not addresses. ParseAddr allocates for errors and zones.
		if len(got) > len("0000:0000:0000:0000:0000:0000:255.255.255.255") || strings.Trim(got, "0123456789abcdefABCDEF:.") != "" {
			return false
		}
		addr, err := netip.ParseAddr(got)
		return err == nil && network.Contains(addr.Unmap())
	}
}
