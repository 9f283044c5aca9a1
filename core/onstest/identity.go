package onstest

// An identity is what STS reports about a caller.
type identity struct {
	RequestID    string `json:"RequestId" xml:"RequestId"`
	AccountID    string `json:"AccountId" xml:"AccountId"`
	ARN          string `json:"Arn" xml:"Arn"`
	IdentityType string
	PrincipalID  string `json:"PrincipalId" xml:"PrincipalId"`
	UserID       string `json:"UserId,omitempty" xml:"UserId,omitempty"`
	RoleID       string `json:"RoleId,omitempty" xml:"RoleId,omitempty"`
}

// userID is the id of every user of the account.
const userID = "200000000000000001"

// assumed returns the role and the session that a key's temporary credentials belong to.
func (k Key) assumed() (role, session string) {
	if k.Role == "" {
		return RoleName, "session"
	}
	return k.Role, k.Session
}

func (h *Handler) getCallerIdentity(c *call, requestID string) (any, *refusal) {
	key, bad := h.verify(c, "GetCallerIdentity", stsVersion, h.now())
	if bad != nil {
		return nil, bad
	}
	if key.Token == "" {
		return identity{RequestID: requestID, AccountID: AccountID, ARN: "acs:ram::" + AccountID + ":user/" + key.ID,
			IdentityType: "RAMUser", PrincipalID: userID, UserID: userID}, nil
	}
	role, session := key.assumed()
	return identity{RequestID: requestID, AccountID: AccountID,
		ARN:          "acs:ram::" + AccountID + ":assumed-role/" + role + "/" + session,
		IdentityType: "AssumedRoleUser", PrincipalID: roleID(role) + ":" + session, RoleID: roleID(role)}, nil
}
