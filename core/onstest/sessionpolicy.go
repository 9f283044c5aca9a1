// The policy of a session: https://help.aliyun.com/document_detail/28763.html (AssumeRole)

package onstest

import "encoding/json"

// maxPolicy is the limit of a policy in bytes. AssumeRole's page allows 1 to 2048 characters, and its error text says
// "smaller than 2048". That the limit itself is allowed, and counts bytes, is inferred.
const maxPolicy = 2048

// checkPolicy rejects a call whose Policy STS would not accept. Nothing else is done with it: the credentials have all
// permissions of the role. The texts are AssumeRole's; that AssumeRoleWithOIDC has the same is inferred.
func (c *call) checkPolicy() *refusal {
	policy := c.values["Policy"]
	switch {
	case policy == "":
		return nil
	case len(policy) > maxPolicy:
		return refuse("InvalidParameter.PolicySize").saying("The size of Policy must be smaller than 2048 bytes.")
	case !hasOutline(policy):
		return refuse("InvalidParameter.PolicyGrammar").saying("The parameter Policy has not passed grammar check.")
	}
	return nil
}

// hasOutline reports whether a policy is an object with a Version and a list of statements. RAM's grammar has more rules.
// https://www.alibabacloud.com/help/en/ram/policy-elements
func hasOutline(policy string) bool {
	var members map[string]json.RawMessage // a struct would accept the names in any letter case
	var version string
	var statements []json.RawMessage
	return json.Unmarshal([]byte(policy), &members) == nil &&
		json.Unmarshal(members["Version"], &version) == nil && version != "" &&
		json.Unmarshal(members["Statement"], &statements) == nil && statements != nil
}
