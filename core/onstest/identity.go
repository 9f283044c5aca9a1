package onstest

import "time"

// An identity is who STS says that a caller is.
type identity struct {
	RequestID    string `json:"RequestId" xml:"RequestId"`
	AccountID    string `json:"AccountId" xml:"AccountId"`
	ARN          string `json:"Arn" xml:"Arn"`
	IdentityType string
	PrincipalID  string `json:"PrincipalId" xml:"PrincipalId"`
	UserID       string `json:"UserId,omitempty" xml:"UserId,omitempty"`
	RoleID       string `json:"RoleId,omitempty" xml:"RoleId,omitempty"`
}

func (h *Handler) getCallerIdentity(c *call, now time.Time) (any, *refusal) {
	key, bad := h.verify(c, "GetCallerIdentity", stsVersion, now)
	if bad != nil {
		return nil, bad
	}
	if key.Token == "" {
		const user = "200000000000000001"
		return identity{RequestID: h.newRequestID(), AccountID: AccountID, ARN: "acs:ram::" + AccountID + ":user/" + key.ID,
			IdentityType: "RAMUser", PrincipalID: user, UserID: user}, nil
	}
	role, session := key.Role, key.Session
	if role == "" {
		role, session = RoleName, "session"
	}
	return identity{RequestID: h.newRequestID(), AccountID: AccountID,
		ARN:          "acs:ram::" + AccountID + ":assumed-role/" + role + "/" + session,
		IdentityType: "AssumedRoleUser", PrincipalID: roleID(role) + ":" + session, RoleID: roleID(role)}, nil
}
