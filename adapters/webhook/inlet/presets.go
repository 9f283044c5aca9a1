package inlet

import (
	"net/http"
	"slices"

	"github.com/tidwall/gjson"
)

// A preset is a sender whose signatures and events are known. It is a row of presets and consists of data only: a verifier
// and its settings for this sender.
type preset struct {
	name     string   // the value of verify in a rules file
	by       string   // the verifier
	settings settings // the settings of that verifier
	keys     []key    // the keys that the file must or may have
	sender
}

// A sender describes a sender's events. Each of id, kind and so on is a list of templates; the first that can be rendered
// counts.
type sender struct {
	id, kind, source, subject, time []string

	byBody    bool                                              // dedup uses a hash of the signed body, because an id in a header is not signed or there is none
	formField string                                            // the field of a form that contains JSON; empty for none
	challenge string                                            // the kind of questions that it asks; empty for none
	grid      bool                                              // it sends lists of events in Event Grid's own schema as well as CloudEvents
	data      []string                                          // templates that render base64 of the data; if none, the body is the data
	event     func(h http.Header, body gjson.Result) attributes // attributes that no template can render; nil for none
}

var presets = [...]preset{
	// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
	{name: "standard", by: "hmac", settings: standardSettings("webhook"), keys: []key{toleranceKey}, sender: sender{id: []string{"${header.webhook-id}"}}},
	// https://docs.svix.com/receiving/verifying-payloads/how-manual
	{name: "svix", by: "hmac", settings: standardSettings("svix"), keys: []key{toleranceKey}, sender: sender{
		id: []string{"${header.svix-id}"}, kind: []string{"com.svix.${$.type}", "com.svix.${$.eventType}", "com.svix.event"}, time: []string{"${$.timestamp}"}}},
	// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
	{name: "github", by: "hmac", settings: settings{"header": {"X-Hub-Signature-256"}, "prefix": {"sha256="}},
		sender: sender{event: githubEvent, byBody: true, formField: "payload"}},
	// https://docs.stripe.com/webhooks/signature and https://docs.stripe.com/api/events/object
	{name: "stripe", by: "hmac", keys: []key{toleranceKey},
		settings: settings{"header": {"Stripe-Signature"}, "separator": {","}, "prefix": {"v1="}, "signed": {"${signature.t}.${body}"}},
		sender:   sender{id: []string{"${$.id}"}, kind: []string{"com.stripe.${$.type}"}, time: []string{"${$.created}"}}},
	// https://docs.slack.dev/authentication/verifying-requests-from-slack
	{name: "slack", by: "hmac", keys: []key{toleranceKey},
		settings: settings{"header": {"X-Slack-Signature"}, "prefix": {"v0="}, "signed": {"v0:${header.X-Slack-Request-Timestamp}:${body}"}},
		sender: sender{id: []string{"${$.event_id}"}, kind: []string{"com.slack.${$.event.type}", "com.slack.${$.type}", "com.slack.command"},
			subject: []string{"${$.event.channel}", "${$.channel.id}", "${$.channel_id}"}, time: []string{"${$.event_time}"},
			byBody: true, formField: "payload", challenge: "slack"}},
	// https://docs.gitlab.com/user/project/integrations/webhooks/
	{name: "gitlab", by: "token", settings: settings{"header": {"X-Gitlab-Token"}},
		sender: sender{id: []string{"${header.Idempotency-Key}", "${header.X-Gitlab-Event-UUID}"}, kind: []string{"com.gitlab.${$.object_kind}", "com.gitlab.${$.event_name}"},
			source: []string{"${$.project.web_url}", "${$.repository.homepage}"}, subject: []string{"${$.ref}", "${$.object_attributes.iid}", "${$.object_attributes.id}"}}},
	// https://docs.gitea.com/usage/webhooks
	{name: "gitea", by: "hmac", settings: settings{"header": {"X-Gitea-Signature"}},
		sender: sender{id: []string{"${header.X-Gitea-Delivery}"}, kind: []string{"com.gitea.${header.X-Gitea-Event}"},
			source: []string{"${$.repository.html_url}"}, subject: []string{"${$.ref}", "${$.number}", "${$.issue.number}"}, byBody: true}},
	// https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/
	{name: "bitbucket", by: "hmac", settings: settings{"header": {"X-Hub-Signature"}, "prefix": {"sha256="}},
		sender: sender{id: []string{"${header.X-Request-UUID}"}, kind: []string{"org.bitbucket.${header.X-Event-Key}"},
			source: []string{"${$.repository.links.html.href}"}, byBody: true}},
	// https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
	{name: "grafana", by: "hmac", keys: []key{toleranceKey},
		settings: settings{"header": {"X-Grafana-Alerting-Signature"}, "signed": {"${header.X-Grafana-Alerting-Timestamp}:${body}"}, "bodyOnly": {"true"}},
		sender:   sender{kind: []string{"com.grafana.alert.${$.status}", "com.grafana.alert"}, source: []string{"${$.externalURL}"}, subject: []string{"${$.groupKey}"}, byBody: true}},
	// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
	{name: "alertmanager", by: "bearer",
		sender: sender{kind: []string{"io.prometheus.alert.${$.status}"}, source: []string{"${$.externalURL}"}, subject: []string{"${$.groupKey}"}, byBody: true}},
	// https://developer.pagerduty.com/docs/verifying-webhook-signatures
	{name: "pagerduty", by: "hmac", settings: settings{"header": {"X-PagerDuty-Signature"}, "separator": {","}, "prefix": {"v1="}},
		sender: sender{id: []string{"${$.event.id}"}, kind: []string{"com.pagerduty.${$.event.event_type}"}, source: []string{"${$.event.data.html_url}"},
			subject: []string{"${$.event.data.id}"}, time: []string{"${$.event.occurred_at}"}}},
	// https://shopify.dev/docs/apps/build/webhooks/subscribe/https
	{name: "shopify", by: "hmac", settings: settings{"header": {"X-Shopify-Hmac-Sha256"}, "encoding": {"base64"}},
		sender: sender{id: []string{"${header.X-Shopify-Event-Id}", "${header.X-Shopify-Webhook-Id}"}, kind: []string{"com.shopify.${header.X-Shopify-Topic}"},
			source: []string{"https://${header.X-Shopify-Shop-Domain}"}, subject: []string{"${$.admin_graphql_api_id}", "${$.id}"}, time: []string{"${header.X-Shopify-Triggered-At}"}, byBody: true}},
	// https://woocommerce.com/document/webhooks/
	{name: "woocommerce", by: "hmac", settings: settings{"header": {"X-WC-Webhook-Signature"}, "encoding": {"base64"}},
		sender: sender{id: []string{"${header.X-WC-Webhook-Delivery-ID}"}, kind: []string{"com.woocommerce.${header.X-WC-Webhook-Topic}"},
			source: []string{"${header.X-WC-Webhook-Source}"}, subject: []string{"${$.id}"}, byBody: true, challenge: "woocommerce"}},
	// https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions
	{name: "pubsub", by: "jwt", keys: jwtKeys[1:], settings: settings{"issuer": {"https://accounts.google.com"}, "jwks": {"https://www.googleapis.com/oauth2/v3/certs"}},
		sender: sender{id: []string{"${$.message.messageId}"}, kind: []string{"com.google.cloud.pubsub.message"}, source: []string{"//pubsub.googleapis.com/${$.subscription}"},
			time: []string{"${$.message.publishTime}"}, data: []string{"${$.message.data}"}}},
	// https://learn.microsoft.com/en-us/azure/event-grid/event-schema
	{name: "eventgrid", by: "bearer", sender: sender{kind: []string{"${$.eventType}"}, grid: true, challenge: "eventgrid"}},
	// https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
	{name: "sentry", by: "hmac", settings: settings{"header": {"Sentry-Hook-Signature"}},
		sender: sender{id: []string{"${header.Request-ID}"}, kind: []string{"io.sentry.${header.Sentry-Hook-Resource}.${$.action}", "io.sentry.${header.Sentry-Hook-Resource}"},
			subject: []string{"${$.data.issue.id}", "${$.data.event.event_id}"}, byBody: true}},
	// https://linear.app/developers/webhooks
	{name: "linear", by: "hmac", keys: []key{toleranceKey},
		settings: settings{"header": {"Linear-Signature"}, "timestamp": {"${$.webhookTimestamp}"}, "tolerance": {"1m"}},
		sender: sender{id: []string{"${header.Linear-Delivery}"}, kind: []string{"app.linear.${$.type}.${$.action}"}, source: []string{"${$.url}"},
			subject: []string{"${$.data.id}"}, time: []string{"${$.createdAt}"}, byBody: true}},
	// https://www.typeform.com/developers/webhooks/secure-your-webhooks/
	{name: "typeform", by: "hmac", settings: settings{"header": {"Typeform-Signature"}, "prefix": {"sha256="}, "encoding": {"base64"}},
		sender: sender{id: []string{"${$.event_id}"}, kind: []string{"com.typeform.${$.event_type}"}, subject: []string{"${$.form_response.form_id}"},
			time: []string{"${$.form_response.submitted_at}"}}},
	// https://dev.twitch.tv/docs/eventsub/handling-webhook-events/
	{name: "twitch", by: "hmac", keys: []key{toleranceKey},
		settings: settings{"header": {"Twitch-Eventsub-Message-Signature"}, "prefix": {"sha256="}, "tolerance": {"10m"},
			"signed": {"${header.Twitch-Eventsub-Message-Id}${header.Twitch-Eventsub-Message-Timestamp}${body}"}},
		sender: sender{id: []string{"${header.Twitch-Eventsub-Message-Id}"}, kind: []string{"tv.twitch.${$.subscription.type}"},
			subject: []string{"${$.subscription.id}"}, time: []string{"${header.Twitch-Eventsub-Message-Timestamp}"}, challenge: "twitch"}},
	// https://developers.zoom.us/docs/api/webhooks/
	{name: "zoom", by: "hmac", keys: []key{toleranceKey},
		settings: settings{"header": {"X-Zm-Signature"}, "prefix": {"v0="}, "signed": {"v0:${header.X-Zm-Request-Timestamp}:${body}"}},
		sender: sender{kind: []string{"us.zoom.${$.event}"}, subject: []string{"${$.payload.object.id}"}, time: []string{"${$.event_ts}"},
			byBody: true, challenge: "zoom"}},
	// https://www.twilio.com/docs/usage/webhooks/webhooks-security
	{name: "twilio", by: "hmac", keys: []key{urlKey},
		settings: settings{"header": {"X-Twilio-Signature"}, "hash": {"sha1"}, "encoding": {"base64"}, "signed": {"${url}${form}"}},
		sender: sender{id: []string{"${header.I-Twilio-Idempotency-Token}"}, kind: []string{"com.twilio.${$.SmsStatus}", "com.twilio.${$.CallStatus}", "com.twilio.event"},
			subject: []string{"${$.MessageSid}", "${$.CallSid}"}, byBody: true}},
	// https://core.telegram.org/bots/api#setwebhook
	{name: "telegram", by: "token", settings: settings{"header": {"X-Telegram-Bot-Api-Secret-Token"}},
		sender: sender{id: []string{"${$.update_id}"}, kind: []string{"org.telegram.update"}, subject: []string{"${$.message.chat.id}"}, time: []string{"${$.message.date}"}}},
	// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
	{name: "meta", by: "hmac", settings: settings{"header": {"X-Hub-Signature-256"}, "prefix": {"sha256="}},
		sender: sender{kind: []string{"com.meta.${$.object}"}, subject: []string{"${$.entry[0].id}"}, byBody: true, challenge: "meta"}},
	// https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/
	{name: "trello", by: "hmac", keys: []key{urlKey},
		settings: settings{"header": {"X-Trello-Webhook"}, "hash": {"sha1"}, "encoding": {"base64"}, "signed": {"${body}${url}"}},
		sender: sender{id: []string{"${$.action.id}"}, kind: []string{"com.trello.${$.action.type}"}, source: []string{"${$.model.url}"},
			subject: []string{"${$.model.id}"}, time: []string{"${$.action.date}"}, challenge: "trello"}},
}

// standardSettings returns the settings of Standard Webhooks for a prefix of header names.
func standardSettings(header string) settings {
	return settings{"header": {header + "-signature"}, "separator": {" "}, "prefix": {"v1,"}, "publicKeyPrefix": {"v1a,"}, "encoding": {"base64"},
		"secretEncoding": {standardSecret}, "signed": {"${header." + header + "-id}.${header." + header + "-timestamp}.${body}"}}
}

// presetOf returns a preset as a verifier, or nil for an unknown name.
func presetOf(name string) *verifier {
	i := slices.IndexFunc(presets[:], func(p preset) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	p := presets[i]
	v := *verifierOf(p.by)
	v.name, v.keys, v.preset, v.sender, v.types = p.name, p.keys, p.settings, p.sender, p.kind != nil || p.event != nil
	return &v
}

// PresetNames returns the senders that verify may name besides the verifiers.
func PresetNames() []string {
	names := make([]string, len(presets))
	for i := range presets {
		names[i] = presets[i].name
	}
	return names
}
