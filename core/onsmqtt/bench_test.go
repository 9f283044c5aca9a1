package onsmqtt

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	plainKey = Credentials{AccessKeyID: "LTAI5tEmulatorKey0000001", AccessKeySecret: "AbCdEfGhIjKlMnOpQrStUvWxYz0123"}
	stsKey   = Credentials{AccessKeyID: "STS.NEmulatorKey000000000001", AccessKeySecret: plainKey.AccessKeySecret,
		SecurityToken: strings.Repeat("CAIS8wF1q6Ft5B2yfSjIr5/", 40)}
)

func benchmarkPayload(size int) string {
	reading := `{"id":"a1b2c3","site":"plant-7/line 3","temperature":21.5,"ok":true,"at":"2026-11-22T00:00:00Z"},`
	return strings.Repeat(reading, size/len(reading)+1)[:size]
}

// BenchmarkSignEncode measures everything that a call does before it passes its request to the transport.
func BenchmarkSignEncode(b *testing.B) {
	for _, size := range []int{1 << 10, 48 << 10} {
		payload := benchmarkPayload(size)
		for _, signature := range []Signature{signatureV3, signatureV1} {
			for _, key := range []Credentials{plainKey, stsKey} {
				b.Run(fmt.Sprintf("%dKB/%s/%s", size>>10, signature, key.AccessKeyID[:3]), func(b *testing.B) {
					c := newTestClient(b, "https://onsmqtt.cn-hangzhou.aliyuncs.com", key, &Options{Signature: signature})
					b.SetBytes(int64(size))
					b.ReportAllocs()
					for b.Loop() {
						if _, err := c.prepare(key, "firmware/line-3", payload); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

// BenchmarkClient compares a call with a request of the same shape that is built once and sent by http.Client. ratio
// alternates between the two, because load on the machine affects the others more than the difference.
func BenchmarkClient(b *testing.B) {
	for _, size := range []int{256, 1 << 10} {
		name := fmt.Sprintf("%dB", size)
		call, request := contenders(b, benchmarkPayload(size))
		b.Run("sendbridge/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
		b.Run("netHTTP/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				request()
			}
		})
		b.Run("ratio/"+name, func(b *testing.B) {
			var ours, netHTTP []time.Duration
			for b.Loop() {
				ours = append(ours, timed(call))
				netHTTP = append(netHTTP, timed(request))
			}
			slices.Sort(ours)
			slices.Sort(netHTTP)
			quarter := len(ours) / 4
			b.ReportMetric(float64(ours[quarter])/float64(netHTTP[quarter]), "sendbridge/netHTTP")
		})
	}
}

func contenders(b *testing.B, payload string) (call, request func()) {
	b.Helper()
	endpoint := sink(b)
	c := newTestClient(b, endpoint, plainKey, nil)
	call = func() {
		if _, err := c.SendMessage(b.Context(), "firmware/line-3", payload); err != nil {
			b.Fatal(err)
		}
	}
	signed, err := c.prepare(plainKey, "firmware/line-3", payload)
	if err != nil {
		b.Fatal(err)
	}
	built := signed.request.WithContext(b.Context())
	netHTTP := &http.Client{Transport: newTransport(1)}
	b.Cleanup(netHTTP.CloseIdleConnections)
	return call, func() {
		resp, err := netHTTP.Do(built)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// timed returns the time of twenty calls: enough for the clock's resolution, few enough for quiet moments.
func timed(f func()) time.Duration {
	start := time.Now()
	for range 20 {
		f()
	}
	return time.Since(start)
}

// BenchmarkReplayGuard measures what observing its connections costs a call.
func BenchmarkReplayGuard(b *testing.B) {
	for _, scheme := range []string{"http", "https"} {
		b.Run(scheme, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var a attempt
				ctx := a.begin(b.Context(), scheme)
				httptrace.ContextClientTrace(ctx).GotConn(httptrace.GotConnInfo{})
				a.end()
			}
		})
	}
}

// sink answers every request on a connection with the same receipt. It is the cheapest possible server.
func sink(tb testing.TB) (endpoint string) {
	answer := []byte(raw(200, receiptJSON, "Content-Type: application/json"))
	return "http://" + listen(tb, func(conn net.Conn) {
		r := bufio.NewReaderSize(conn, 64<<10)
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(bytes.TrimSpace(line)) == 0 {
				if _, err := conn.Write(answer); err != nil {
					return
				}
			}
		}
	})
}
