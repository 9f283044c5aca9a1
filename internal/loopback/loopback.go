// Package loopback distinguishes this machine from others.
package loopback

import "net"

// Is reports whether a host, without a port, is this machine: "localhost" or an address of the loopback interface. It asks
// no resolver, and returns false for any other name, because unencrypted data might leave the machine.
func Is(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
