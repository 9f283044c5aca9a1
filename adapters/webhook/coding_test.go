package webhook_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
)

// compressors are those that senders use. They write deflate in two formats, and zstd with windows larger than a body may
// be.
var compressors = map[string]func(w io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return must(gzip.NewWriterLevel(w, gzip.BestSpeed)) },
	"zlib":    func(w io.Writer) io.WriteCloser { return must(zlib.NewWriterLevel(w, zlib.BestSpeed)) },
	"deflate": func(w io.Writer) io.WriteCloser { return must(flate.NewWriter(w, flate.BestSpeed)) },
	"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestSpeed) },
	"zstd": func(w io.Writer) io.WriteCloser {
		return must(zstd.NewWriter(w, zstd.WithWindowSize(8<<20), zstd.WithEncoderConcurrency(1)))
	},
}

// compress applies one compressor after the other.
func compress(body string, names ...string) string {
	for _, name := range names {
		var b bytes.Buffer
		w := compressors[name](&b)
		must(io.WriteString(w, body))
		if err := w.Close(); err != nil {
			panic(err)
		}
		body = b.String()
	}
	return body
}

// encodings maps values of Content-Encoding to the compressors that make such a body.
var encodings = map[string]string{
	"gzip": "gzip", "X-GZip": "gzip", "deflate": "zlib", "DEFLATE": "deflate", "br": "br", "zstd": "zstd",
	"gzip, br": "gzip br", "br,zstd,": "br zstd", "identity, gzip": "gzip", "zstd, gzip, deflate": "zstd gzip zlib", ",identity": "",
}

func TestCodingsAreDecodedAtEveryIngress(t *testing.T) {
	spec := specOf(t, "{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}")
	event := whole + `,"data":{"a":1}}`
	for header, names := range encodings {
		for way, c := range map[string]struct {
			body, mediaType string
			headers         []string
		}{
			"structured": {event, structuredType, nil},
			"batch":      {"[" + event + "]", batchType, nil},
			"binary":     {`{"a":1}`, "application/json", binaryHeaders()},
			"inlet":      {`{"a":1}`, "application/json", []string{"X-Id: 7"}},
		} {
			lines := append(c.headers, "Content-Type: "+c.mediaType, "Content-Encoding: "+header)
			r := newRequest(compress(c.body, strings.Fields(names)...), lines...)
			decode := webhook.Decode
			if way == "inlet" {
				decode = func(r *http.Request) ([]core.Record, error) { return webhook.DecodeInlet(&spec, r) }
			}
			if records, err := decode(r); err != nil || string(records[0].Event.Data()) != `{"a":1}` {
				t.Errorf("%s by %s: %v, %v", header, way, records, err)
			}
		}
	}
}

func TestBodiesThatAreNotWhatTheirCodingSays(t *testing.T) {
	zipped := compress(`{"a":1}`, "gzip")
	h := newHandler(sendAll, webhook.Options{})
	for name, c := range map[string]struct {
		coding, body string
		status       int
	}{
		"nothing at all":      {"gzip", "", 204},
		"not gzip":            {"gzip", `{"a":1}`, 400},
		"cut":                 {"gzip", zipped[:len(zipped)-9], 400},
		"a wrong checksum":    {"gzip", zipped[:len(zipped)-8] + "12345678", 400},
		"something after it":  {"gzip", zipped + "x", 400},
		"zlib, and more":      {"deflate", compress("{}", "zlib") + "x", 400},
		"raw, and more":       {"deflate", compress("{}", "deflate") + "x", 400},
		"not deflate":         {"deflate", "\xff\xff", 400},
		"one byte of zlib":    {"deflate", "\x78", 400},
		"not br":              {"br", `{"a":1}`, 400},
		"br, cut":             {"br", compress(strings.Repeat("a1b2", 99), "br")[:9], 400},
		"br, and more":        {"br", compress("{}", "br") + "x", 400},
		"not zstd":            {"zstd", `{"a":1}`, 400},
		"zstd, cut":           {"zstd", compress("{}", "zstd")[:7], 400},
		"zstd, and more":      {"zstd", compress("{}", "zstd") + "x", 400},
		"another order":       {"br, gzip", compress("{}", "gzip", "br"), 400},
		"four codings":        {"gzip, gzip, gzip, gzip", compress("{}", "gzip", "gzip", "gzip", "gzip"), 204},
		"codings without end": {"gzip, gzip, gzip, gzip, gzip", compress("{}", "gzip", "gzip", "gzip", "gzip", "gzip"), 415},
		"an unknown coding":   {"snappy", "x", 415},
		"one among others":    {"gzip, snappy", "x", 415},
	} {
		w := answerTo(h, newRequest(c.body, binaryHeaders("Content-Encoding: "+c.coding)...))
		if w.Code != c.status {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if accept := w.Header().Get("Accept-Encoding"); (accept != "") != (c.status == 415) {
			t.Errorf("%s: Accept-Encoding %q", name, accept)
		}
	}
}

// A decoded body may be as large as one that is sent uncompressed, and not a byte larger, for any number and kind of
// codings.
func TestBombs(t *testing.T) {
	const limit, bomb = 1 << 20, 16 << 20
	bodies := map[int]string{}
	for _, size := range []int{limit, limit + 1, bomb} {
		bodies[size] = `"` + strings.Repeat("x", size-2) + `"`
	}
	i := must(inlet.New(specOf(t, "{verify: bearer, secretEnv: S, type: t}"), []string{"t"}, nil))
	h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}, MaxBody: limit})
	for header, names := range map[string]string{"gzip": "gzip", "deflate": "zlib", "br": "br", "zstd": "zstd", "gzip, gzip": "gzip gzip", "zstd, br": "zstd br"} {
		for size, want := range map[int]int{limit: 204, limit + 1: 413, bomb: 413} {
			body := compress(bodies[size], strings.Fields(names)...)
			for path, lines := range map[string][]string{"/": binaryHeaders(), "/in/in": {"Authorization: Bearer t"}} {
				r := postTo(path, body, append(lines, "Content-Encoding: "+header)...)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				w := answerTo(h, r)
				runtime.ReadMemStats(&after)
				if w.Code != want {
					t.Errorf("%d bytes in %s to %s: %d %s", size, header, path, w.Code, w.Body)
				}
				if used := after.TotalAlloc - before.TotalAlloc; size == bomb && used > 16<<20 {
					t.Errorf("%d bytes in %s to %s took %d bytes of memory", size, header, path, used)
				}
			}
		}
	}
}

// Signatures cover the bytes as sent.
func TestSignaturesAreOfTheBytesAsSent(t *testing.T) {
	i := must(inlet.New(specOf(t, "{verify: github, secretEnv: S}"), []string{"s"}, nil))
	h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}})
	plain := `{"ref":"r"}`
	zipped := compress(plain, "gzip")
	for signed, want := range map[string]int{zipped: 204, plain: 401} {
		lines := []string{"X-GitHub-Event: push", "X-GitHub-Delivery: d", "Content-Encoding: gzip", "X-Hub-Signature-256: sha256=" + signature("s", signed)}
		if w := answerTo(h, postTo("/in/in", zipped, lines...)); w.Code != want {
			t.Errorf("signed %q: %d %s", signed, w.Code, w.Body)
		}
	}
}

func signature(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// Messages of brokers may be compressed. Where the list of codings contains any other name, such as a charset, the data stays
// as it is.
func TestDecompressMessages(t *testing.T) {
	plain := strings.Repeat("x", 100)
	zipped := compress(plain, "gzip")
	for name, c := range map[string]struct{ codings, data, want string }{
		"gzip":                 {"gzip", zipped, plain},
		"two codings":          {"gzip, br", compress(plain, "gzip", "br"), plain},
		"no coding":            {"", zipped, zipped},
		"spaces":               {"  ", zipped, zipped},
		"identity":             {"identity", zipped, zipped},
		"a charset":            {"utf-8", zipped, zipped},
		"a charset and gzip":   {"gzip, utf-8", zipped, zipped},
		"nothing, in a coding": {"gzip", "", ""},
	} {
		if got, err := webhook.Decompress(c.codings, []byte(c.data), 100); err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := webhook.Decompress("gzip", []byte(zipped), 99); webhook.Status(err) != 413 {
		t.Errorf("one byte too many: %q, %v", got, err)
	}
	if got, err := webhook.Decompress("gzip", []byte(plain), 100); webhook.Status(err) != 400 {
		t.Errorf("not gzip: %q, %v", got, err)
	}
}
