package awslambda

import (
	"crypto/md5"
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// aggregated returns an aggregate with these keys and records, and other bytes after them.
func aggregated(keys []string, records []string, more ...byte) []byte {
	var body []byte
	for _, key := range keys {
		body = protowire.AppendString(protowire.AppendTag(body, aggregateKeys, protowire.BytesType), key)
	}
	for _, record := range records {
		body = protowire.AppendString(protowire.AppendTag(body, aggregateRecords, protowire.BytesType), record)
	}
	return sealed(append(body, more...))
}

// sealed adds what an aggregate has around its message.
func sealed(body []byte) []byte {
	sum := md5.Sum(body)
	return slices.Concat([]byte("\xF3\x89\x9A\xC2"), body, sum[:])
}

// packedRecord returns a record with the key of an index.
func packedRecord(index uint64, data string, more ...byte) string {
	raw := protowire.AppendVarint(protowire.AppendTag(nil, packedKeyIndex, protowire.VarintType), index)
	raw = protowire.AppendString(protowire.AppendTag(raw, packedData, protowire.BytesType), data)
	return string(append(raw, more...))
}

// Data that is not an aggregate stays one record, so that nothing of it is lost.
func TestAggregates(t *testing.T) {
	whole := aggregated([]string{"k0", "k1"}, []string{packedRecord(0, "a"), packedRecord(1, "b")})
	fixed := protowire.AppendFixed64(protowire.AppendTag(nil, 9, protowire.Fixed64Type), 7)
	group := []byte{9<<3 | 3, 9<<3 | 4} // starts and ends
	for name, c := range map[string]struct {
		data []byte
		want string // key=data of each record
		ok   bool
	}{
		"two records":                 {whole, "k0=a k1=b", true},
		"fields of later versions":    {aggregated([]string{"k0"}, []string{packedRecord(0, "a", fixed...)}, slices.Concat(fixed, group)...), "k0=a", true},
		"a record without an index":   {aggregated([]string{"k0", "k1"}, []string{string(protowire.AppendString([]byte{packedData<<3 | 2}, "a"))}), "k0=a", true},
		"no records":                  {sealed(nil), "", true},
		"keys alone":                  {aggregated([]string{"k0"}, nil), "", true},
		"another start":               {append([]byte("\xF3\x89\x9A\xC3"), whole[4:]...), "", false},
		"the start alone":             {whole[:4], "", false},
		"one byte less than a digest": {sealed(nil)[:19], "", false},
		"a digest of other data":      {append(slices.Clone(whole[:len(whole)-1]), whole[len(whole)-1]^1), "", false},
		"an index after the last key": {aggregated([]string{"k0", "k1"}, []string{packedRecord(0, "a"), packedRecord(2, "b")}), "", false},
		"an index without any key":    {aggregated(nil, []string{packedRecord(0, "a")}), "", false},
		"a message that is cut off":   {sealed([]byte{aggregateKeys<<3 | 2, 5, 'k'}), "", false},
		"a tag that is cut off":       {sealed([]byte{0x80}), "", false},
		"a number that is cut off":    {sealed([]byte{9 << 3, 0x80}), "", false},
		"a value that is cut off":     {aggregated([]string{"k0"}, []string{packedRecord(0, "a")}, fixed[:5]...), "", false},
		"a record that is cut off":    {aggregated([]string{"k0"}, []string{packedRecord(0, "a", fixed[:5]...)}), "", false},
		"a broken record, then whole": {aggregated([]string{"k0"}, []string{"\x80", packedRecord(0, "a")}), "", false},
		"whole records, then cut off": {aggregated([]string{"k0"}, []string{packedRecord(0, "a")}, 0x80), "", false},
	} {
		records, ok := unpack(c.data)
		got := ""
		for i, r := range records {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprintf("%s=%s", r.partitionKey, r.data)
		}
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %q, %t; want %q, %t", name, got, ok, c.want, c.ok)
		}
	}
}
