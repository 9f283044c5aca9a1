package doctor

import (
	"cmp"
	"errors"
	"path"
	"strings"

	"sendbridge/core/credential"
	"sendbridge/core/fault"
)

const (
	commandSettings    = "sendbridge --help"
	commandEnvironment = "env | grep -o '^ALIBABA_CLOUD_[A-Z_]*'" // names, and no secrets
	commandCaller      = "aliyun sts GetCallerIdentity"
)

// command returns the first command to type after a step has failed. It depends on the fault, not on the step that
// found it.
func (x *examination) command(s *Step, err error) string {
	switch {
	case s.Name == stepConfiguration:
		return commandSettings
	case s.Name == stepRules:
		return x.Rules.Check
	case s.Name == stepInstance:
		return x.listInstances()
	case s.Name == stepFleet:
		return `redis-cli -u "$SENDBRIDGE_REDIS" ping`
	case s.Name == stepMessage && s.Class == classConfiguration:
		return "sendbridge doctor --help"
	}
	if refused := (*credential.Error)(nil); errors.As(err, &refused) {
		return x.credentialCommand(s, refused)
	}
	if s.Name == stepCredentials {
		return commandEnvironment
	}
	return x.callCommand(s)
}

// callCommand returns the command for a fault of the API or of the network.
func (x *examination) callCommand(s *Step) string {
	switch s.Code {
	case "DNS":
		return "nslookup " + hostOf(x.Endpoint)
	case "Proxy":
		return "env | grep -i -o '^https*_proxy'"
	case "CheckAccountInfoFailed":
		return commandCaller
	case "InstancePermissionCheckFailed":
		return x.listInstances()
	case "InsufficientBalance", "UserOverdue", "Forbidden.RiskControl":
		return "aliyun bssopenapi QueryAccountBalance"
	case "InvalidAccessKeyId.Inactive", "Forbidden.AccessKeyDisabled":
		return "aliyun ram ListAccessKeys --UserName " + x.userName()
	}
	switch s.Class {
	case fault.ClassClock:
		return "date -u; curl -sI " + x.Endpoint + " | grep -i ^date"
	case fault.ClassPermission:
		return x.policies()
	case fault.ClassCredential:
		return commandEnvironment
	case fault.ClassThrottled:
		return "env | grep '^SENDBRIDGE_RATE'"
	case fault.ClassMessage:
		return commandSettings
	}
	return "curl -sv -o /dev/null " + x.Endpoint
}

func (x *examination) listInstances() string {
	return "aliyun onsmqtt ListInstances --endpoint " + hostOf(x.Endpoint)
}

// credentialCommand returns the command for credentials that could not be fetched, or that STS rejected.
func (x *examination) credentialCommand(s *Step, refused *credential.Error) string {
	switch {
	case refused.Endpoint != "":
		return "curl -sv -o /dev/null " + refused.Endpoint
	case strings.Contains(strings.ToLower(refused.Code), "timestamp"):
		return x.callCommand(&Step{Class: fault.ClassClock})
	case refused.Cloud == "AWS":
		return "aws sts get-caller-identity"
	case s.Actor == fault.ActorRole && refused.Cloud != "":
		return "aliyun ram GetRole --RoleName " + x.roleName()
	}
	return commandEnvironment
}

// policies returns the command that lists the caller's permissions. It contains the caller's name if STS returned it.
func (x *examination) policies() string {
	if role := x.caller.Role(); role != "" {
		return "aliyun ram ListPoliciesForRole --RoleName " + path.Base(role)
	}
	return "aliyun ram ListPoliciesForUser --UserName " + x.userName()
}

// userName returns the name of the RAM user, or NAME if it is unknown.
func (x *examination) userName() string {
	if _, name, found := strings.Cut(x.caller.ARN, ":user/"); found {
		return path.Base(name)
	}
	return "NAME"
}

// roleName returns the name of the role in use, or else of the configured role, or NAME.
func (x *examination) roleName() string {
	if role := cmp.Or(x.caller.Role(), x.Role); role != "" {
		return path.Base(role)
	}
	return "NAME"
}
