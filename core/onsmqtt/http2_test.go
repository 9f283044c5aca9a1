package onsmqtt

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"sendbridge/core/fault"
)

// trust makes the client's own transport accept the certificate of a test server.
func trust(c *Client, server *httptest.Server) {
	c.options.Transport.(*http.Transport).TLSClientConfig = &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
	}
}

func TestHTTP2OverTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 || r.Header.Get("Content-Length") != "0" {
			t.Errorf("%s, content length %q", r.Proto, r.Header.Get("Content-Length"))
		}
		_, _ = io.WriteString(w, receiptJSON)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := newTestClient(t, server.URL, stsKey, nil)
	trust(c, server)
	for range 3 {
		if _, err := c.SendMessage(t.Context(), "t", "p"); err != nil {
			t.Error(err)
		}
	}
	c.CloseIdleConnections()
}

// TestHTTP2IsNotReplayed uses a server that refuses every stream, for which net/http would open up to seven.
func TestHTTP2IsNotReplayed(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS() // only to get a certificate
	defer server.Close()
	certificate := server.TLS.Certificates

	for _, tt := range []struct {
		name   string
		refuse func(w io.Writer, stream uint32)
	}{
		{"refused stream", func(w io.Writer, stream uint32) { writeFrame(w, frameReset, stream, 0, 0, 0, 7) }},
		{"going away", func(w io.Writer, _ uint32) { writeFrame(w, frameGoAway, 0, 0, 0, 0, 0, 0, 0, 0, 0) }},
	} {
		for _, signature := range []Signature{"v3", "v1"} {
			var requests atomic.Int32
			host := listen(t, func(conn net.Conn) {
				secure := tls.Server(conn, &tls.Config{Certificates: certificate, NextProtos: []string{"h2"}})
				serveRefusals(secure, &requests, tt.refuse)
			})
			c := newTestClient(t, "https://"+host, stsKey, &Options{Signature: signature})
			trust(c, server)
			_, err := c.SendMessage(t.Context(), "t", "p")
			if n := requests.Load(); err == nil || n != 1 {
				t.Errorf("%s, %s: the server got %d requests, want 1; %v", tt.name, signature, n, err)
			}
			if e := asError(t, err); signature == "v3" && fault.Of(e).Retry != "now" {
				t.Errorf("%s: %v, retry %s", tt.name, e, fault.Of(e).Retry)
			}
			if err := context.Cause(t.Context()); err != nil {
				t.Error("the caller's context was ended")
			}
		}
	}
}

const (
	frameHeaders  = 1
	frameReset    = 3
	frameSettings = 4
	frameGoAway   = 7
)

// serveRefusals implements just enough HTTP/2 to count requests and refuse them.
func serveRefusals(conn net.Conn, requests *atomic.Int32, refuse func(w io.Writer, stream uint32)) {
	in := bufio.NewReader(conn)
	if _, err := in.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")); err != nil {
		return
	}
	writeFrame(conn, frameSettings, 0)
	for {
		var header [9]byte
		if _, err := io.ReadFull(in, header[:]); err != nil {
			return
		}
		if _, err := in.Discard(int(header[0])<<16 | int(header[1])<<8 | int(header[2])); err != nil {
			return
		}
		if header[3] == frameHeaders {
			requests.Add(1)
			refuse(conn, binary.BigEndian.Uint32(header[5:]))
		}
	}
}

func writeFrame(w io.Writer, kind byte, stream uint32, payload ...byte) {
	frame := append([]byte{0, 0, byte(len(payload)), kind, 0}, binary.BigEndian.AppendUint32(nil, stream)...)
	_, _ = w.Write(append(frame, payload...))
}
