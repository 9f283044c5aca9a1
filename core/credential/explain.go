package credential

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sendbridge/core/fault"
)

// An explained is an error of the API or of a fetch with everything that is known about the credentials.
type explained struct {
	err  error
	text string
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }

// Explain adds to an error of class credential or permission what is known about the credentials: provider, masked
// AccessKeyId, age and remaining life, the caller's role and account, what the last refresh changed, and for credentials
// what to check, the most likely cause first. It requests the identity (see Identity) for as long as ctx allows. It returns
// errors of other classes, and nil, unchanged. The returned error wraps err and has its properties.
func (s *Source) Explain(ctx context.Context, err error) error {
	class := fault.Of(err).Class
	st := s.Status()
	if class != fault.ClassCredential && class != fault.ClassPermission || st.Generation == 0 {
		return err
	}
	identity, unknown := s.Identity(ctx)
	d := diagnosis{code: firstCode(err), status: st, identity: identity, unknown: unknown, fixed: s.fixed, host: s.host}
	text := err.Error() + "; credentials: " + st.String() + "; caller: " + d.caller()
	if class == fault.ClassCredential {
		if st.Temporary { // keys are not renewed
			text += "; refresh: " + d.renewal(s.wall())
		}
		text += "; check, the most likely first: " + strings.Join(numbered(d.causes()), " ")
	}
	return &explained{err, text}
}

// firstCode returns the code of the innermost error. The outer ones are its consequences.
func firstCode(err error) (code string) {
	for d, ok := errors.AsType[fault.Describer](err); ok; d, ok = errors.AsType[fault.Describer](errors.Unwrap(d)) {
		code = d.Describe().Code
	}
	return code
}

func numbered(causes []string) []string {
	for i := range causes {
		causes[i] = fmt.Sprintf("(%d) %s", i+1, causes[i])
	}
	return causes
}

// String returns the status in one line.
func (st Status) String() string {
	if st.Generation == 0 {
		return "provider " + st.Provider + ", none yet" + st.inPlaces()
	}
	life := "life unknown"
	switch {
	case !st.Temporary:
		life = "no end"
	case !st.Expires.IsZero() && st.Left > 0:
		life = st.Left.Round(time.Second).String() + " left"
	case !st.Expires.IsZero():
		life = "expired " + (-st.Left).Round(time.Second).String() + " ago"
	}
	return fmt.Sprintf("provider %s, AccessKeyId %s, age %s, %s, generation %d",
		st.Provider, st.AccessKeyID, st.Age.Round(time.Second), life, st.Generation) + st.inPlaces()
}

func (st Status) inPlaces() string {
	if st.Places == "" {
		return ""
	}
	return "; " + st.Places
}

// A diagnosis is what is known when an error is explained.
type diagnosis struct {
	code        string
	status      Status
	identity    Identity
	unknown     error // why the identity is unknown
	fixed, host bool
}

func (d *diagnosis) caller() string {
	if d.unknown != nil {
		if code := fault.Of(d.unknown).Code; code != "" {
			return "unknown, sts:GetCallerIdentity: " + code
		}
		return "unknown"
	}
	return fmt.Sprintf("%s, account %s", cmp.Or(d.identity.Role(), d.identity.ARN), d.identity.Account)
}

// renewal returns what a forced refresh changed.
func (d *diagnosis) renewal(now time.Time) string {
	r := d.status.Forced
	if r == nil {
		return "none was tried"
	}
	ago := now.Sub(r.At).Round(time.Second).String() + " ago, "
	switch {
	case r.Err != nil:
		return ago + "it failed: " + r.Err.Error()
	case r.Changed:
		return ago + "it returned other credentials, which were used"
	}
	return ago + "the credentials did not change"
}
