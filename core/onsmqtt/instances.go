// ListInstances: https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/api-onsmqtt-2020-04-20-listinstances

package onsmqtt

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
)

// An Instance is an instance in the answer of ListInstances. The API does not return its TPS, but its specification.
type Instance struct {
	ID, Name, Region string
	Status           int    // 5 means in service, see StatusText
	Kernel           string // such as V3.3.0
	Spec             string // specification of a professional instance, such as mqtt.p2.1xlarge; empty for others
}

// InService is the status of a working instance.
const InService = 5

// StatusText returns an instance's status as text.
func (i Instance) StatusText() string {
	switch i.Status {
	case 0:
		return "being prepared"
	case 1:
		return "not activated"
	case 2:
		return "overdue"
	case 3:
		return "expired"
	case InService:
		return "in service"
	case 7:
		return "being upgraded"
	case 10:
		return "released"
	case 15:
		return "frozen"
	}
	return "in a status that is not documented"
}

// maxListing limits an answer; an instance takes about 400 bytes.
const maxListing = 1 << 20

// Instances returns the instances of the caller's account in the endpoint's region. It makes one call. Its errors are like
// those of SendMessage.
func (c *Client) Instances(ctx context.Context) ([]Instance, error) {
	credentials, err := c.provider(ctx)
	if err != nil {
		return nil, providerError(ctx, err)
	}
	header, err := c.headerFor("ListInstances", credentials)
	if err != nil {
		return nil, err
	}
	hide := secrets{credentials, header.Get("Authorization"), ""}
	var a attempt
	ctx = a.begin(ctx, c.scheme)
	defer a.end()
	r := &http.Request{
		Method: http.MethodPost, URL: &url.URL{Scheme: c.scheme, Host: c.host, Path: "/"}, Host: c.host,
		Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	resp, err := c.options.Transport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, c.failure(ctx, &a, err, hide)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxListing))
	if err != nil {
		return nil, answerLost(ctx, err, resp, hide)
	}
	return decodeInstances(resp, body, c, hide)
}

// headerFor signs a call without parameters.
func (c *Client) headerFor(action string, credentials Credentials) (http.Header, error) {
	s := c.signers.Get().(*signer)
	defer c.signers.Put(s)
	if err := s.use(credentials); err != nil {
		return nil, err
	}
	st := s.stamp(c.options.now(), c.options.nonces)
	h := http.Header{
		"Host": {c.host}, "X-Acs-Action": {action}, "X-Acs-Version": {version}, "X-Acs-Date": {st.date},
		"X-Acs-Signature-Nonce": {st.nonce}, "X-Acs-Content-Sha256": {emptySHA256},
	}
	if credentials.SecurityToken != "" {
		h.Set("X-Acs-Accesskey-Id", credentials.AccessKeyID)
		h.Set("X-Acs-Security-Token", credentials.SecurityToken)
	}
	h.Set("Authorization", SignV3(http.MethodPost, "/", nil, h, emptySHA256, credentials))
	h.Del("Host") // net/http sends Host from the request
	h.Set("Accept", jsonType)
	h.Set("User-Agent", c.options.UserAgent)
	return h, nil
}

func decodeInstances(resp *http.Response, body []byte, c *Client, hide secrets) ([]Instance, error) {
	if resp.StatusCode != http.StatusOK {
		_, err := decode(resp, body, c.options.now, hide)
		return nil, err
	}
	var listed struct {
		Instances []struct {
			InstanceID     string `json:"InstanceId"`
			InstanceName   string
			InstanceStatus int
			RegionID       string `json:"RegionId"`
			KernelVersion  string
			Specific       string
		}
	}
	if err := json.Unmarshal(body, &listed); err != nil {
		return nil, &Error{Code: "HTTP200", Message: "the answer is not a list of instances", Status: resp.StatusCode}
	}
	list := make([]Instance, len(listed.Instances))
	for i, l := range listed.Instances {
		list[i] = Instance{
			ID: hide.clean(l.InstanceID), Name: hide.clean(l.InstanceName), Region: hide.clean(l.RegionID),
			Status: l.InstanceStatus, Kernel: hide.clean(l.KernelVersion), Spec: hide.clean(l.Specific),
		}
	}
	return list, nil
}
