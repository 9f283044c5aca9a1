// Signature version 1.0, HMAC-SHA1: https://help.aliyun.com/document_detail/25490.html

package onstest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"slices"
)

func (c *call) claimV1() (claim, *refusal) {
	v := c.values
	said := claim{
		action:    v["Action"],
		version:   v["Version"],
		keyID:     v["AccessKeyId"],
		token:     v["SecurityToken"],
		date:      v["Timestamp"],
		nonce:     v["SignatureNonce"],
		signature: v["Signature"],
		toSign:    toSignV1(c.Method, slices.Concat(c.query, c.form)),
		sign:      signV1,
	}
	said.echo = "Specified signature is not matched with our calculation. server string to sign is:" + said.toSign
	bad := missing(pair{"Action", said.action}, pair{"Version", said.version}, pair{"AccessKeyId", said.keyID},
		pair{"SignatureMethod", v["SignatureMethod"]}, pair{"SignatureVersion", v["SignatureVersion"]},
		pair{"SignatureNonce", said.nonce}, pair{"Timestamp", said.date}, pair{"Signature", said.signature})
	switch {
	case bad != nil:
		return claim{}, bad
	case v["SignatureMethod"] != "HMAC-SHA1":
		return claim{}, refuse("InvalidSignatureMethod").because("SignatureMethod must be HMAC-SHA1")
	case v["SignatureVersion"] != "1.0":
		return claim{}, refuse("InvalidSignatureVersion").because("SignatureVersion must be 1.0")
	}
	return said, nil
}

// toSignV1 returns the text to sign. It covers every parameter except the signature, in the query and in the form. The
// values are escaped twice.
func toSignV1(method string, params []pair) string {
	return method + "&%2F&" + escape(canonical(params, "Signature"))
}

func signV1(secret, toSign string) string {
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(toSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
