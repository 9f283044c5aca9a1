package credential

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"sendbridge/core/fault"
)

// chain looks where credentials-go's default chain does, in its order.
func (b *builder) chain() *chain {
	c := &chain{name: KindDefault}
	add := func(name string, fetch func(provider string) Fetch) {
		provider := KindDefault + "/" + name
		c.links = append(c.links, link{provider, safely(provider, fetch(provider))})
	}
	add("env", b.environment)
	add(KindOIDCRoleARN, b.optionalOIDC)
	add("cli_profile", func(provider string) Fetch {
		return library(provider, "the profile in ~/.aliyun/config.json or ALIBABA_CLOUD_CONFIG_FILE", func() (libraryProvider, error) {
			return providers.NewCLIProfileCredentialsProviderBuilder().Build()
		})
	})
	add("profile", func(provider string) Fetch {
		return library(provider, "the profile in ~/.alibabacloud/credentials or ALIBABA_CLOUD_CREDENTIALS_FILE", func() (libraryProvider, error) {
			return providers.NewProfileCredentialsProviderBuilder().Build()
		})
	})
	add(KindECSRAMRole, func(provider string) Fetch { return settled(b.ecsRole(provider)) })
	if b.environ[varURI] != "" {
		add(KindCredentialsURI, b.uri)
	}
	return c
}

// environment reads a key from the environment. An incomplete key is an error, as it was meant to be used.
func (b *builder) environment(provider string) Fetch {
	c := b.optionalTriple()
	if c.AccessKeyID != "" || c.AccessKeySecret != "" {
		c = b.triple()
	}
	return func(context.Context) (Grant, error) {
		if c.AccessKeyID == "" {
			return Grant{}, newFault(provider, fault.CodeNotSet, varKeyID+" is not set")
		}
		return Grant{Credentials: c, Provider: provider}, nil
	}
}

// optionalOIDC is the OIDC role, if the environment names one.
func (b *builder) optionalOIDC(provider string) Fetch {
	if b.environ[varProvider] == "" || b.environ[varToken] == "" && b.environ[varTokenFile] == "" {
		missing := varProvider + ", or " + varTokenFile + ", is not set"
		return func(context.Context) (Grant, error) { return Grant{}, newFault(provider, fault.CodeNotSet, missing) }
	}
	alibaba := *b.alibaba
	alibaba.provider = provider
	return b.oidcRole(&alibaba)
}

// oidcRole reads the token from its file at each fetch, as whoever keeps it there replaces it. Its line end is not part of
// it.
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
		return alibaba.assumeRoleWithOIDC(ctx, strings.TrimSpace(text), t.provider, t.role, t.session)
	}
}

// ecsRole asks the instance's metadata service.
func (b *builder) ecsRole(provider string) Fetch {
	if b.kind == KindECSRAMRole && strings.EqualFold(b.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"], "true") {
		b.fault("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true", "false or nothing, for SENDBRIDGE_CREDENTIALS=ecs_ram_role")
	}
	return library(provider, "that this is an ECS instance with a RAM role, or a container on one, and the name in ALIBABA_CLOUD_ECS_METADATA if it is set", func() (libraryProvider, error) {
		return providers.NewECSRAMRoleCredentialsProviderBuilder().
			WithRoleName(b.environ["ALIBABA_CLOUD_ECS_METADATA"]).
			WithDisableIMDSv1(strings.EqualFold(b.environ["ALIBABA_CLOUD_IMDSV1_DISABLED"], "true")).
			Build()
	})
}

// settled makes the error of a metadata service that does not answer permanent, as most machines have no such service.
func settled(fetch Fetch) Fetch {
	return func(ctx context.Context) (Grant, error) {
		grant, err := fetch(ctx)
		if e := (*Error)(nil); errors.As(err, &e) {
			final := *e // others may have got the same
			final.Class = fault.ClassCredential
			return grant, &final
		}
		return grant, err
	}
}

// uri asks a service by its address, which may hold a secret.
func (b *builder) uri(provider string) Fetch {
	address := b.environ[varURI]
	u, err := url.Parse(address)
	switch {
	case address == "":
		b.need(varURI, address, "the URL of a service that answers with credentials")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		b.fault(varURI, "…", "an http:// or https:// URL; this one is not shown as it may hold a secret")
	}
	return library(provider, "what answers at "+varURI+": it must be JSON with AccessKeyId, AccessKeySecret, SecurityToken and Expiration", func() (libraryProvider, error) {
		return providers.NewURLCredentialsProviderBuilder().WithUrl(address).Build()
	})
}
