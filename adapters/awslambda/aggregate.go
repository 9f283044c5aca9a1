// Records that the Kinesis Producer Library combined into one:
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md

package awslambda

import (
	"bytes"
	"crypto/md5"

	"google.golang.org/protobuf/encoding/protowire"
)

var aggregateMagic = []byte{0xF3, 0x89, 0x9A, 0xC2}

// A packed is one record of an aggregate.
type packed struct {
	partitionKey string
	data         []byte
}

// Fields of the messages AggregatedRecord and Record.
const (
	aggregateKeys    = 1
	aggregateRecords = 3
	packedKeyIndex   = 1
	packedData       = 3
)

// unpack splits an aggregate. ok is false for any other data, even if it starts like an aggregate, because the producer's
// data may be anything.
func unpack(data []byte) (records []packed, ok bool) {
	body, found := bytes.CutPrefix(data, aggregateMagic)
	if !found || len(body) < md5.Size {
		return nil, false
	}
	body, sum := body[:len(body)-md5.Size], body[len(body)-md5.Size:]
	if want := md5.Sum(body); !bytes.Equal(sum, want[:]) {
		return nil, false
	}
	var keys []string
	var list [][]byte
	ok = eachField(body, func(number protowire.Number, _ uint64, value []byte) {
		switch number {
		case aggregateKeys:
			keys = append(keys, string(value))
		case aggregateRecords:
			list = append(list, value)
		}
	})
	for _, raw := range list {
		var record packed
		at := uint64(0)
		ok = eachField(raw, func(number protowire.Number, n uint64, value []byte) {
			switch number {
			case packedKeyIndex:
				at = n
			case packedData:
				record.data = value
			}
		}) && ok && at < uint64(len(keys))
		if !ok {
			return nil, false
		}
		record.partitionKey = keys[at]
		records = append(records, record)
	}
	return records, ok
}

// eachField calls do for a message's fields that are numbers or bytes, and skips others. It returns false if the bytes are
// not a message.
func eachField(message []byte, do func(number protowire.Number, n uint64, value []byte)) bool {
	for len(message) > 0 {
		number, kind, size := protowire.ConsumeField(message)
		if size < 0 {
			return false
		}
		_, _, tag := protowire.ConsumeTag(message)
		switch value := message[tag:size]; kind {
		case protowire.VarintType:
			n, _ := protowire.ConsumeVarint(value)
			do(number, n, nil)
		case protowire.BytesType:
			content, _ := protowire.ConsumeBytes(value)
			do(number, 0, content)
		}
		message = message[size:]
	}
	return true
}
