package onsmqtt

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"time"
)

// A signer holds what successive calls can share: buffers, and the MACs keyed with the last secret. Clients pool signers.
type signer struct {
	credentials Credentials // checked; the MACs are keyed with its secret
	v3, v1      hash.Hash
	v1Key       string // the credentials' parameters in a form
	v1Token     string
	work, out   []byte // the signed and the sent bytes
	second      int64  // the Unix time of date
	date        string
	nonces      string // unused nonces, concatenated
}

// A stamp is the date and nonce that make a signature unique.
type stamp struct{ date, nonce string }

const dateLayout = "2006-01-02T15:04:05Z"

func (s *signer) use(c Credentials) error {
	if s.v3 != nil && s.credentials == c {
		return nil
	}
	if err := c.check(); err != nil {
		return err
	}
	s.credentials = c
	s.v3 = hmac.New(sha256.New, []byte(c.AccessKeySecret))
	s.v1 = hmac.New(sha1.New, []byte(c.AccessKeySecret+"&"))
	s.v1Key = "AccessKeyId=" + string(appendForm(nil, c.AccessKeyID))
	s.v1Token = ""
	if c.SecurityToken != "" {
		s.v1Token = "&SecurityToken=" + string(appendForm(nil, c.SecurityToken))
	}
	return nil
}

func (s *signer) stamp(now time.Time, more func() string) stamp {
	if second := now.Unix(); s.date == "" || second != s.second {
		s.second, s.date = second, now.UTC().Format(dateLayout)
	}
	if len(s.nonces) < nonceSize {
		s.nonces = more()
	}
	nonce := s.nonces[:nonceSize]
	s.nonces = s.nonces[nonceSize:]
	return stamp{s.date, nonce}
}
