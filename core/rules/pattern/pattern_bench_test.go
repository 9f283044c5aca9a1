package pattern

import (
	"fmt"
	"strings"
	"testing"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/text"
)

// ossEvent is the data of an OSS event for an uploaded object. Its addresses are reserved for documentation.
const ossEvent = `{"region":"cn-hangzhou","eventVersion":"1.0","eventSource":"acs:oss","eventName":"ObjectCreated:PutObject","eventTime":"2026-01-31T12:00:00.000Z",
"requestParameters":{"sourceIPAddress":"192.0.2.17"},"userIdentity":{"principalId":"300000000000000001"},"responseElements":{"requestId":"697DEF5E1B2C3D3132333435"},
"oss":{"ossSchemaVersion":"1.0","ruleId":"firmware-uploaded","bucket":{"name":"firmware","arn":"acs:oss:cn-hangzhou:1000000000000001:firmware",
"virtualBucket":"","ownerIdentity":"1000000000000001"},"object":{"key":"gateway-x2/2026.1.31/rootfs.squashfs","size":48234496,"deltaSize":48234496,
"eTag":"7B8E5A3F6C1D2E4F5A6B7C8D9E0F1A2B","objectMeta":{"mimeType":"application/octet-stream","cacheControl":"","contentEncoding":"","userMeta":{"x-oss-meta-version":"2026.1.31",
"x-oss-meta-signed-by":"release-7","x-oss-meta-model":"gateway-x2"}}}},"labels":["release","signed","stable"],
"xVars":{"acl":"default","storageClass":"Standard","versionId":"CAEQMxiBgICAof2D0BYiIDJhMGE3N2M1YTI1NDQzOGY5NTkyNTI3MGYyMzJm"}}`

// benchPatterns returns the patterns of n rules. Every tenth matches ossEvent.
func benchPatterns(t testing.TB, n int) (patterns []*Pattern) {
	kinds := []string{
		`{source: [acs.oss], type: ["oss:ObjectCreated:PutObject"], data: {oss: {bucket: {name: [firmware]}, object: {size: [{numeric: [">", 0, "<", 104857600]}]}}}}`,
		`{source: [acs.oss], type: ["oss:ObjectRemoved:DeleteObject"], data: {oss: {bucket: {name: [logs-%d]}}}}`,
		`{source: [acs.oss], type: [{prefix: "oss:ObjectCreated:"}], data: {oss: {bucket: {name: [bucket-%d]}}}}`,
		`{source: [acs.mns], data: {queue: [q%d]}}`,
		`{source: [acs.oss], data: {oss: {object: {key: [{wildcard: "sensor-%d/*/rootfs.*"}]}}}}`,
		`{type: [com.example.order%d], data: {amount: [{numeric: [">=", 100]}]}}`,
		`{subject: [{suffix: {equals-ignore-case: ":Firmware%d"}}]}`,
		`{source: [{anything-but: acs.oss}], id: [%d]}`,
		`{data: {requestParameters: {sourceIPAddress: [{cidr: 10.%d.0.0/16}]}}}`,
		`{source: [acs.oss], data: {labels: [canary-%d], region: [cn-hangzhou, cn-shanghai]}}`,
	}
	for i := range n {
		text := kinds[i%len(kinds)]
		if strings.Contains(text, "%") {
			text = fmt.Sprintf(text, i)
		}
		patterns = append(patterns, mustPattern(t, text, false))
	}
	return patterns
}

func countMatches(patterns []*Pattern, v *cloudevent.View) (matched int) {
	for _, p := range patterns {
		if p.Match(v) {
			matched++
		}
	}
	return matched
}

// BenchmarkPattern matches one event of 1 KB against the patterns of many rules.
func BenchmarkPattern(b *testing.B) {
	v := patternView(b, "application/json", ossEvent, nil)
	for _, n := range []int{1, 10, 100} {
		patterns := benchPatterns(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got, want := countMatches(patterns, v), (n+9)/10; got != want {
					b.Fatalf("%d patterns matched, want %d", got, want)
				}
			}
		})
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	patterns := benchPatterns(t, 10)
	patterns = append(patterns, mustPattern(t, `data: {parts: {n: [2], s: [x]}}`, false))
	for _, data := range []string{ossEvent, `{"parts": [{"n": 1}, [{"n": 2, "s": "y"}, {"n": 2, "s": "x"}]]}`} {
		v := patternView(t, "application/json", data, nil)
		if allocs := testing.AllocsPerRun(100, func() { countMatches(patterns, v) }); allocs != 0 {
			t.Errorf("%v allocations for %d patterns over %s", allocs, len(patterns), text.Excerpt(data))
		}
	}
}
