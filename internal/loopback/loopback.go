// Package loopback tells this machine from others.
package loopback

import "net"

// Is says whether a host, without a port, is this machine: "localhost", or an address of the loopback interface. It asks
// no resolver, and is false for what it does not know, as what is sent elsewhere in clear may be read on the way.
func Is(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
