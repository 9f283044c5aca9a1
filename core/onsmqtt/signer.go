package onsmqtt

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"time"
)

// A signer is what one call after another can share: buffers, and the MACs keyed with the last secret. Clients pool them.
type signer struct {
	credentials Credentials // checked; the MACs are keyed with its secret
	v3, v1      hash.Hash
	v1Key       string // what a form holds of the credentials
	v1Token     string
	work, out   []byte // what is signed; what is sent
	second      int64  // of date, in Unix time
	date        string
	nonces      string // not yet used, one after another
}

// A stamp makes a signature the one of this attempt.
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
