// What RAM says of a missing permission:
// https://www.alibabacloud.com/help/en/ram/support/how-to-troubleshoot-an-access-denied-error

package onstest

import (
	"encoding/base64"
	"encoding/binary"
)

// A denial is RAM's account of a missing permission, and of the caller that has not got it.
type denial struct {
	AuthAction               string
	AuthPrincipalDisplayName string
	AuthPrincipalOwnerID     string `json:"AuthPrincipalOwnerId" xml:"AuthPrincipalOwnerId"`
	AuthPrincipalType        string
	EncodedDiagnosticMessage string
	NoPermissionType         string
	PolicyType               string
}

// denialOf says that a caller lacks an action. A user is shown by its id, an assumed role by its name and the session's.
func (h *Handler) denialOf(c *call, action, requestID string) *denial {
	d := &denial{
		AuthAction: action, AuthPrincipalDisplayName: userID, AuthPrincipalOwnerID: AccountID, AuthPrincipalType: "SubUser",
		EncodedDiagnosticMessage: h.diagnosis(requestID), NoPermissionType: "ImplicitDeny", PolicyType: "AccountLevelIdentityBasedPolicy",
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

// diagnosis has the form of RAM's message, which DecodeDiagnosticMessage reads: a head, the time, the request.
func (h *Handler) diagnosis(requestID string) string {
	m := []byte{1, 1, 0, 0, 0, 0}
	m = binary.BigEndian.AppendUint32(m, uint32(h.now().Unix()))
	return base64.StdEncoding.EncodeToString(append(m, requestID...))
}
