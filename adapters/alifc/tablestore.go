// Records of a Tablestore stream, https://help.aliyun.com/document_detail/2513640.html, and their encoding:
// https://help.aliyun.com/document_detail/100092.html

package alifc

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/fxamacker/cbor/v2"
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceTablestore = "tablestore"

// isTablestore reports whether a payload is a batch. Invalid CBOR counts as a batch, too, unless the settings say that
// payloads are generic.
func (s *sources) isTablestore(p *trigger.Payload) bool {
	if !isCBOR(p.Bytes) {
		return isBatch(p.Members)
	}
	if s.Trigger != sourceGeneric {
		return true
	}
	raw, err := jsonOf(p.Bytes)
	return err == nil && isBatch(draft.MembersOf(gjson.ParseBytes(raw)))
}

var aRow = trigger.Shape{"Type:text", "PrimaryKey:list"}

func isBatch(m draft.Members) bool {
	if !(trigger.Shape{"Version:text", "Records:list"}).Fits(m) {
		return false
	}
	if !m["Records"].Get("0").Exists() {
		return strings.HasPrefix(m["Version"].Str, "Sync-")
	}
	return aRow.FitsOneOf(m["Records"])
}

// isCBOR reports whether a payload starts like a map in CBOR, as no UTF-8 text does.
func isCBOR(payload []byte) bool {
	return payload[0] >= 0xA0 && payload[0] <= 0xBF || bytes.HasPrefix(payload, []byte{0xD9, 0xD9, 0xF7})
}

// tablestore decodes a batch, in CBOR or, as the console's tests send it, in JSON. The batch does not name its table.
// SENDBRIDGE_SOURCE does, such as acs:ots:<region>:<account>:instance/<instance>/table/<table>.
func (s *sources) tablestore(payload []byte, in core.Invocation) ([]core.Record, error) {
	if isCBOR(payload) {
		var err error
		if payload, err = jsonOf(payload); err != nil {
			return nil, err
		}
	}
	batch := gjson.ParseBytes(payload)
	if m := draft.MembersOf(batch); !m.Have("Version", "Records") || !m["Records"].IsArray() {
		return nil, draft.Refusal("a batch of Tablestore must have Version and an array Records")
	}
	elements := batch.Get("Records").Array()
	records := make([]core.Record, len(elements))
	for i, element := range elements {
		records[i] = s.row(element, batch.Get("Version").String(), in)
	}
	return records, nil
}

func (s *sources) row(element gjson.Result, version string, in core.Invocation) core.Record {
	if !aRow.Fits(draft.MembersOf(element)) {
		return core.Record{Err: draft.Refusal("a record of Tablestore must have Type and an array PrimaryKey"), Raw: []byte(element.Raw), Ingress: ingress(sourceTablestore)}
	}
	kind, key, at := element.Get("Type").String(), element.Get("PrimaryKey"), element.Get("Info.Timestamp")
	e := draft.New(draft.Hash(kind, key.Raw, at.Raw), s.sourceOr("acs:ots:"+in.Region+":"+in.Account), "ots:Stream:"+kind)
	var values []string
	for _, column := range key.Array() {
		values = append(values, column.Get("Value").String())
	}
	e.SetText("subject", strings.Join(values, ","))
	e.Set("otsversion", version)
	e.Time(draft.Microseconds(at))
	e.JSON([]byte(element.Raw))
	r := e.Record([]byte(element.Raw))
	r.Ingress, r.DerivedID = ingress(sourceTablestore), true
	return r
}

// jsonOf converts CBOR to JSON: integers stay exact, byte strings become base64.
func jsonOf(payload []byte) ([]byte, error) {
	mode, err := cbor.DecOptions{DefaultMapType: reflect.TypeFor[map[string]any](), BigIntDec: cbor.BigIntDecodePointer, MaxNestedLevels: 32}.DecMode()
	if err != nil {
		return nil, err
	}
	var v any
	if err := mode.Unmarshal(payload, &v); err != nil {
		return nil, draft.Refusal("the payload starts like CBOR but is not CBOR: %v", err)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, draft.Refusal("the CBOR cannot be expressed in JSON: %v", err)
	}
	return raw, nil
}
