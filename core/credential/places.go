package credential

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"sendbridge/core/fault"
)

// A spot is one of the places where credentials may be.
type spot struct {
	name  string
	named string // the variable that selects it; empty if none is set
	unset string // why it is skipped if nothing selects it; empty if it is tried anyway
	fetch func(provider string) Fetch
}

// chain returns a chain with the places of credentials-go's default chain in its order. If the environment selects a place,
// the chain has no other: if that place fails, the error is final, because any other place has credentials of another
// caller. A profile's name selects both files that may contain it.
func (b *builder) chain() *chain {
	c := &chain{name: KindDefault}
	spots := b.spots()
	first := slices.IndexFunc(spots, func(s spot) bool { return s.named != "" })
	selected := first >= 0
	var asked, passed []string
	for _, s := range spots {
		switch provider := KindDefault + "/" + s.name; {
		case selected && s.named == spots[first].named:
			asked = append(asked, s.name+", which "+s.named+" selects")
			c.links = append(c.links, link{provider, safely(provider, s.fetch(provider))})
		case s.named != "":
			passed = append(passed, s.name+" ("+s.named+" selects it, but "+spots[first].named+" comes first)")
		case s.unset != "":
			passed = append(passed, s.name+" ("+s.unset+")")
			c.unset = append(c.unset, Tried{provider, newFault(provider, fault.CodeNotSet, s.unset)})
		case selected:
			passed = append(passed, s.name+" (nothing selects it)")
		default:
			asked = append(asked, s.name)
			c.links = append(c.links, link{provider, safely(provider, s.fetch(provider))})
		}
	}
	if selected {
		c.unset = nil
	}
	c.named = len(c.links) == 1 // if nothing is selected, both profiles are tried at least
	c.places = "tried: " + strings.Join(asked, ", then ") + "; skipped: " + strings.Join(passed, ", ")
	return c
}

func (b *builder) spots() []spot {
	is := func(names ...string) string {
		for _, name := range names {
			if b.environ[name] != "" {
				return name
			}
		}
		return ""
	}
	key, oidc := is(varKeyID, varSecret), is(varProvider, varTokenFile, varToken)
	if key == "" && oidc == "" {
		oidc = is(varRole)
	}
	cliProfile, profile := is("ALIBABA_CLOUD_CONFIG_FILE"), is("ALIBABA_CLOUD_CREDENTIALS_FILE")
	if cliProfile == "" && profile == "" {
		cliProfile, profile = is("ALIBABA_CLOUD_PROFILE"), is("ALIBABA_CLOUD_PROFILE")
	}
	ecs := ""
	if strings.EqualFold(b.environ[varNoMetadata], "true") {
		ecs = varNoMetadata + " is true"
	}
	return []spot{
		{"env", key, varKeyID + " is not set" + b.otherNames(), b.environment},
		{KindOIDCRoleARN, oidc, varProvider + ", or " + varTokenFile + ", is not set", b.optionalOIDC},
		{"cli_profile", cliProfile, "", func(provider string) Fetch {
			return library(provider, b.profileIn("ALIBABA_CLOUD_CONFIG_FILE", "~/.aliyun/config.json"), func() (libraryProvider, error) {
				return providers.NewCLIProfileCredentialsProviderBuilder().Build()
			})
		}},
		{"profile", profile, "", func(provider string) Fetch {
			return library(provider, b.profileIn("ALIBABA_CLOUD_CREDENTIALS_FILE", "~/.alibabacloud/credentials"), func() (libraryProvider, error) {
				return providers.NewProfileCredentialsProviderBuilder().Build()
			})
		}},
		{KindECSRAMRole, is("ALIBABA_CLOUD_ECS_METADATA"), ecs, func(provider string) Fetch { return settled(b.ecsRole(provider)) }},
		{KindCredentialsURI, is(varURI), varURI + " is not set", b.uri},
	}
}

// profileIn says which profile of which file is meant, and by which variables.
func (b *builder) profileIn(variable, otherwise string) string {
	profile, file := "the profile", otherwise+" (or set "+variable+")"
	if name := b.environ["ALIBABA_CLOUD_PROFILE"]; name != "" {
		profile = fmt.Sprintf("profile %q (ALIBABA_CLOUD_PROFILE)", name)
	}
	if path := b.environ[variable]; path != "" {
		file = fmt.Sprintf("%q (%s)", path, variable)
	}
	return profile + " in " + file
}

// otherNames returns a hint if variables of other tools with the same meaning are set.
func (b *builder) otherNames() string {
	var found []string
	for name, value := range b.environ {
		for _, prefix := range []string{"ALICLOUD_", "ALIBABACLOUD_"} {
			if rest, ok := strings.CutPrefix(name, prefix); ok && value != "" {
				found = append(found, name+" is set, but this tool reads ALIBABA_CLOUD_"+ours(rest))
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	slices.Sort(found)
	return " (" + strings.Join(found, ", ") + ")"
}

// ours returns the name in credentials-go, without its prefix, for a name of other tools.
func ours(name string) string {
	switch name {
	case "ACCESS_KEY":
		return "ACCESS_KEY_ID"
	case "SECRET_KEY":
		return "ACCESS_KEY_SECRET"
	case "ASSUME_ROLE_ARN":
		return "ROLE_ARN"
	}
	return name
}

// environment reads a key from the environment. An incomplete key is an error, because the user meant to use it.
func (b *builder) environment(provider string) Fetch {
	c := b.triple()
	return func(context.Context) (Grant, error) { return Grant{Credentials: c, Provider: provider}, nil }
}

// optionalOIDC returns the OIDC role. If only half of its settings are set, that is an error, because the user meant to use
// it. A key comes first, so it is not called if there is one.
func (b *builder) optionalOIDC(provider string) Fetch {
	b.needHalf()
	alibaba := *b.alibaba
	alibaba.provider = provider
	return b.oidcRole(&alibaba)
}

// needHalf reports which half of a federated identity is missing.
func (b *builder) needHalf() {
	token := varTokenFile
	if b.environ[varToken] != "" { // it has precedence
		token = varToken
	}
	var set, missing []string
	for _, name := range []string{varRole, varProvider, token} {
		if b.environ[name] != "" {
			set = append(set, name)
		} else if name != varTokenFile || b.environ["AWS_LAMBDA_FUNCTION_NAME"] == "" {
			missing = append(missing, name)
		}
	}
	b.half = strings.Join(set, " and ") + " alone is half of a federated identity"
	if len(set) > 1 {
		b.half = strings.Join(set, " and ") + " alone are half of a federated identity"
	}
	if len(missing) == 0 {
		b.half = ""
	}
}

// oidcRole reads the token from its file at each fetch, because the file is replaced from time to time. It removes the line
// end.
func (b *builder) oidcRole(alibaba *sts) Fetch {
	t := b.trust(true)
	token, file := b.environ[varToken], b.environ[varTokenFile]
	if token == "" {
		b.need(varTokenFile, file, "the path of a file with an OIDC token")
	}
	return func(ctx context.Context) (Grant, error) {
		text := token
		if text == "" {
			content, err := os.ReadFile(file)
			if err != nil {
				e := newFault(alibaba.provider, fault.CodeCredentialsUnavailable, fmt.Sprintf("%s: %v", varTokenFile, err))
				e.Advice = "that the token is mounted at this path, and readable"
				return Grant{}, e
			}
			text = string(content)
		}
		grant, err := alibaba.assumeRoleWithOIDC(ctx, strings.TrimSpace(text), t.provider, t.role, t.session)
		if e := (*Error)(nil); token == "" && errors.As(err, &e) {
			of := *e // a copy, because other callers may have the same error
			of.Message = strings.TrimPrefix(of.Message+"; the token is in "+file, "; ")
			err = &of
		}
		return grant, err
	}
}

// ecsRole fetches from the instance's metadata service.
func (b *builder) ecsRole(provider string) Fetch {
	if b.kind == KindECSRAMRole && strings.EqualFold(b.environ[varNoMetadata], "true") {
		b.fault(varNoMetadata, "true", "false or nothing, for SENDBRIDGE_CREDENTIALS=ecs_ram_role")
	}
	return library(provider, "that this is an ECS instance with a RAM role, or a container on one, and the name in ALIBABA_CLOUD_ECS_METADATA if it is set", func() (libraryProvider, error) {
		return providers.NewECSRAMRoleCredentialsProviderBuilder().
			WithRoleName(b.environ["ALIBABA_CLOUD_ECS_METADATA"]).
			WithDisableIMDSv1(strings.EqualFold(b.environ["ALIBABA_CLOUD_IMDSV1_DISABLED"], "true")).
			Build()
	})
}

// settled makes the error of a metadata service that does not answer permanent, because most machines have no such service.
func settled(fetch Fetch) Fetch {
	return func(ctx context.Context) (Grant, error) {
		grant, err := fetch(ctx)
		if e := (*Error)(nil); errors.As(err, &e) {
			final := *e // a copy, because other callers may have the same error
			final.Class = fault.ClassCredential
			return grant, &final
		}
		return grant, err
	}
}

// uri fetches from a service whose address may contain a secret.
func (b *builder) uri(provider string) Fetch {
	address := b.environ[varURI]
	u, err := url.Parse(address)
	switch {
	case address == "":
		b.need(varURI, address, "the URL of a service that answers with credentials")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		b.fault(varURI, "…", "an http:// or https:// URL; the value is hidden because it may contain a secret")
	}
	return library(provider, "what answers at "+varURI+": it must be JSON with AccessKeyId, AccessKeySecret, SecurityToken and Expiration", func() (libraryProvider, error) {
		return providers.NewURLCredentialsProviderBuilder().WithUrl(address).Build()
	})
}
