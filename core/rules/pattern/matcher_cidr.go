package pattern

import (
	"net/netip"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/strictyaml"
)

// cidrTest tests for an IP address of a network. An IPv4 address may come in its IPv6 form, as dual-stack servers
// write it.
func cidrTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	network, err := netip.ParsePrefix(want)
	if addr, bare := netip.ParseAddr(want); bare == nil {
		m.At(n, "cidr: %q is one address: write %q", want, netip.PrefixFrom(addr.WithZone(""), addr.BitLen()))
	} else if err != nil {
		m.At(n, `cidr: %q is not a network: write one such as "10.0.0.0/8" or "2001:db8::/32"`, want)
	}
	return func(got string) bool {
		// ParseAddr allocates its errors, and a zone: most texts that are no address stop here.
		if len(got) > len("0000:0000:0000:0000:0000:0000:255.255.255.255") || strings.Trim(got, "0123456789abcdefABCDEF:.") != "" {
			return false
		}
		addr, err := netip.ParseAddr(got)
		return err == nil && network.Contains(addr.Unmap())
	}
}
