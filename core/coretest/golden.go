package coretest

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// A goldenRecord is a record in a golden file.
type goldenRecord struct {
	Event       json.RawMessage `json:"event,omitempty"`
	Ingress     string          `json:"ingress,omitempty"`
	MessageID   string          `json:"messageId,omitempty"`
	OrderingKey string          `json:"orderingKey,omitempty"`
	DerivedID   bool            `json:"derivedId,omitempty"`
	SenderWaits bool            `json:"senderWaits,omitempty"`
	Error       string          `json:"error,omitempty"` // the error of the record, or of the payload in its own record
	Raw         string          `json:"raw,omitempty"`
}

// compare compares records with a golden file, or writes it with -update.
func compare(t *testing.T, file string, records []core.Record, err error) {
	t.Helper()
	got := show(records, err)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run the test with -update and read what it wrote", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the records differ from %s (-want +got):\n%s", file, diff)
	}
}

func show(records []core.Record, err error) []byte {
	list := make([]goldenRecord, 0, len(records)+1)
	if err != nil {
		list = append(list, goldenRecord{Error: err.Error()})
	}
	for i := range records {
		r := &records[i]
		g := goldenRecord{Ingress: r.Ingress, MessageID: r.MessageID, OrderingKey: r.OrderingKey, DerivedID: r.DerivedID, SenderWaits: r.SenderWaits, Raw: string(r.Raw)}
		if r.Err != nil {
			g.Error = r.Err.Error()
		} else {
			g.Event = cloudevent.EncodeEvent(r.Event)
		}
		list = append(list, g)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(list); err != nil {
		return []byte(err.Error())
	}
	return b.Bytes()
}
