package awslambda_test

import (
	"fmt"
	"strings"
	"testing"

	"sendbridge/adapters/awslambda"
)

// Sequence numbers are compared by value, whatever zeros they start with. Lambda redelivers from the lowest failed one, as
// it was written.
func TestSequenceNumbersWithLeadingZeros(t *testing.T) {
	for name, c := range map[string]struct {
		numbers []string
		want    string
	}{
		"zeros before the larger":  {[]string{"00100", "99"}, "99"},
		"zeros before the smaller": {[]string{"100", "00099"}, "00099"},
		"zeros before both":        {[]string{"0010", "009"}, "009"},
		"longer than any integer":  {[]string{"49590338271490256608559692538361571095921575989136588898", "049590338271490256608559692538361571095921575989136588897"}, "049590338271490256608559692538361571095921575989136588897"},
		"of one length":            {[]string{"0020", "0010", "0030"}, "0010"},
		"equal, the first one":     {[]string{"010", "10", "0010"}, "010"},
		"zero":                     {[]string{"1", "000"}, "000"},
	} {
		records := make([]string, len(c.numbers))
		for i, n := range c.numbers {
			records[i] = fmt.Sprintf(`{"kinesis":{"partitionKey":"k%d","data":"bGF0ZXI=","sequenceNumber":%q},"eventID":"shardId-0:%[2]s","eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:x:1:stream/s"}`, i, n)
		}
		payload := `{"Records":[` + strings.Join(records, ",") + `]}`
		answer, err := handler(t, new(api), nil, &awslambda.Options{PartialBatch: everyPartial}).Invoke(t.Context(), []byte(payload))
		if want := `{"batchItemFailures":[{"itemIdentifier":"` + c.want + `"}]}`; err != nil || string(answer) != want {
			t.Errorf("%s: %s, %v, want %s", name, answer, err, want)
		}
	}
}
