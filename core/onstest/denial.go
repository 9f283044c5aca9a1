// How RAM reports a missing permission:
// https://www.alibabacloud.com/help/en/ram/support/how-to-troubleshoot-an-access-denied-error

package onstest

import (
	"encoding/base64"
	"encoding/binary"
)

// A denial is RAM's report of a missing permission and of the caller who lacks it.
type denial struct {
	AuthAction               string
	AuthPrincipalDisplayName string
	AuthPrincipalOwnerID     string `json:"AuthPrincipalOwnerId" xml:"AuthPrincipalOwnerId"`
	AuthPrincipalType        string
	EncodedDiagnosticMessage string
	NoPermissionType         string
	PolicyType               string
}

// denialOf returns the denial of a refused call. It names a user by id, and an assumed role by its name and session.
func (h *Handler) denialOf(c *call, bad *refusal, requestID string) *denial {
	d := &denial{
		AuthAction: bad.denied, AuthPrincipalDisplayName: userID, AuthPrincipalOwnerID: AccountID, AuthPrincipalType: "SubUser",
		EncodedDiagnosticMessage: h.diagnosis(requestID), NoPermissionType: "ImplicitDeny", PolicyType: bad.policy,
	}
	said, _ := c.claim()
	h.mu.Lock()
	defer h.mu.Unlock()
	if key := h.keys[said.keyID]; key.Token != "" {
		role, session := key.assumed()
		d.AuthPrincipalType, d.AuthPrincipalDisplayName = "AssumedRoleUser", role+":"+session
	}
	return d
}

// diagnosis returns a message in the form that DecodeDiagnosticMessage reads: a head, the time, the request.
func (h *Handler) diagnosis(requestID string) string {
	m := []byte{1, 1, 0, 0, 0, 0}
	m = binary.BigEndian.AppendUint32(m, uint32(h.now().Unix()))
	return base64.StdEncoding.EncodeToString(append(m, requestID...))
}
