// The Security Token Service, version 2015-04-01, as far as senders of messages need it:
// https://help.aliyun.com/document_detail/28756.html (AssumeRole)
// https://www.alibabacloud.com/help/en/ram/api-assumerolewithoidc
// https://help.aliyun.com/document_detail/43767.html (GetCallerIdentity)

package onstest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
)

const stsVersion = "2015-04-01"

// operationsOfSTS are served at the same address as SendMessage. They count for no quota and meet no fault.
var operationsOfSTS = map[string]func(h *Handler, c *call, requestID string) (any, *refusal){
	"AssumeRole":         (*Handler).assumeRole,
	"AssumeRoleWithOIDC": (*Handler).assumeRoleWithOIDC,
	"GetCallerIdentity":  (*Handler).getCallerIdentity,
}

func (h *Handler) serveSTS(w http.ResponseWriter, c *call) {
	bad := h.read(w, c)
	var body any
	id := h.newRequestID()
	if bad == nil {
		body, bad = operationsOfSTS[c.action](h, c, id)
	}
	if bad != nil {
		h.turnDown(w, c, bad)
		return
	}
	h.write(w, c, http.StatusOK, id, c.action+"Response", body)
}

// A session is the answer of AssumeRole and AssumeRoleWithOIDC.
type session struct {
	RequestID       string         `json:"RequestId" xml:"RequestId"`
	OIDCTokenInfo   *oidcTokenInfo `json:"OIDCTokenInfo,omitempty" xml:"OIDCTokenInfo,omitempty"`
	AssumedRoleUser assumedRoleUser
	Credentials     issuedCredentials
}

type assumedRoleUser struct {
	AssumedRoleID string `json:"AssumedRoleId" xml:"AssumedRoleId"`
	ARN           string `json:"Arn" xml:"Arn"`
}

type issuedCredentials struct {
	AccessKeyID     string `json:"AccessKeyId" xml:"AccessKeyId"`
	AccessKeySecret string
	SecurityToken   string
	Expiration      string
}

func (h *Handler) assumeRole(c *call, requestID string) (any, *refusal) {
	now := h.now()
	key, bad := h.verify(c, "AssumeRole", stsVersion, now)
	if bad == nil {
		bad = c.must("RoleArn", "RoleSessionName")
	}
	if bad != nil {
		return nil, bad
	}
	role, bad := h.roleFor(c)
	switch {
	case bad != nil:
		return nil, bad
	case !slices.Contains(role.Keys, key.ID):
		bad := refuse("NoPermission")
		bad.denied, bad.policy = "sts:AssumeRole", "AssumeRolePolicy" // the role's trust policy
		return nil, bad
	}
	return h.open(c, role, requestID, now)
}

var (
	sessionName = regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`)
	roleARN     = regexp.MustCompile(`^acs:ram::[^:]+:role/[^:]+$`)
)

// must rejects a call without one of the operation's mandatory parameters.
func (c *call) must(names ...string) *refusal {
	for _, name := range names {
		if c.values[name] == "" {
			return refuse("Missing" + name)
		}
	}
	return nil
}

// roleFor returns the role that a call names.
func (h *Handler) roleFor(c *call) (Role, *refusal) {
	arn := c.values["RoleArn"]
	if !roleARN.MatchString(arn) {
		return Role{}, wronglyFormed("RoleArn")
	}
	role, ok := h.role(arn)
	if !ok {
		return role, refuse("EntityNotExist.Role")
	}
	return role, nil
}

// wronglyFormed rejects a parameter with STS's own text.
func wronglyFormed(name string) *refusal {
	return refuse("InvalidParameter." + name).saying("The parameter " + name + " is wrongly formed.")
}

// open issues the credentials of a role.
func (h *Handler) open(c *call, role Role, requestID string, now time.Time) (*session, *refusal) {
	name := c.values["RoleSessionName"]
	if !sessionName.MatchString(name) {
		return nil, wronglyFormed("RoleSessionName").because("want 2 to 64 of A-Z, a-z, 0-9 and .@_-")
	}
	lifetime, bad := h.lifetime(c.values["DurationSeconds"], role)
	if bad == nil {
		bad = c.checkPolicy()
	}
	if bad != nil {
		return nil, bad
	}
	k := Key{
		ID: "STS." + h.newMsgID()[:24], Secret: h.newMsgID(), Token: "CAIS" + h.newMsgID() + "+/" + h.newMsgID() + "==",
		Expires: now.Add(lifetime).Truncate(time.Second), Role: role.Name, Session: name, issued: true,
	}
	h.issue(k)
	return &session{
		RequestID:       requestID,
		AssumedRoleUser: assumedRoleUser{roleID(role.Name) + ":" + name, role.ARN() + "/" + name},
		Credentials:     issuedCredentials{k.ID, k.Secret, k.Token, k.Expires.UTC().Format(dateFormat)},
	}, nil
}

// lifetime returns how long credentials of a role last. AssumeRole's page has the text of a refusal for a maximum of one
// hour. How STS writes another maximum is inferred.
func (h *Handler) lifetime(asked string, role Role) (time.Duration, *refusal) {
	most := role.MaxSession
	if most == 0 {
		most = time.Hour
	}
	seconds, err := strconv.Atoi(asked)
	if asked == "" {
		seconds, err = 3600, nil
	}
	if err != nil || seconds < 900 || seconds > int(most/time.Second) {
		return 0, refuse("InvalidParameter.DurationSeconds").saying("The Min/Max value of DurationSeconds is 15min/" + span(most) + ".")
	}
	d := time.Duration(seconds) * time.Second
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.roles.lifetime > 0 {
		d = h.roles.lifetime
	}
	return d, nil
}

// span writes a duration in hours, or else in minutes or seconds.
func span(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "hr"
	case d%time.Minute == 0:
		return strconv.Itoa(int(d/time.Minute)) + "min"
	}
	return strconv.Itoa(int(d/time.Second)) + "s"
}

func roleID(name string) string { return strconv.Itoa(390000000000000000 + len(name)) }
