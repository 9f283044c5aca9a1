// Package functions reads the configuration and builds Sendbridge for its mains. It is the only package that reads the
// environment.
package functions

import (
	"log/slog"
	"time"
)

// Config holds all settings. Its tags are the only list of them: Load, the help text and the table of docs/settings.md are
// made from the tags. oneof lists the allowed values and want describes them; secret values are never shown.
type Config struct {
	InstanceID  string `env:"SENDBRIDGE_INSTANCE_ID" unset:"required" want:"the id of an MQTT instance, such as post-cn-0pp12gl0001 or mqtt-cn-0pp12gl0001" help:"the MQTT instance, post-cn-… or mqtt-cn-…"`
	Region      string `env:"SENDBRIDGE_REGION" unset:"the runtime's region in FC; otherwise required unless an endpoint is set" want:"a region id such as cn-hangzhou, or set SENDBRIDGE_ENDPOINT" help:"cn-hangzhou → https://onsmqtt.cn-hangzhou.aliyuncs.com"`
	RegionForce bool   `env:"SENDBRIDGE_REGION_FORCE" envDefault:"false" want:"true or false" help:"true accepts a region that is not known to have the API"`
	Network     string `env:"SENDBRIDGE_NETWORK" envDefault:"public" oneof:"public vpc" help:"vpc → onsmqtt-vpc.…"`
	Endpoint    string `env:"SENDBRIDGE_ENDPOINT" want:"a URL such as https://onsmqtt.cn-hangzhou.aliyuncs.com" help:"a whole URL instead of region and network; http:// only for loopback, unless SENDBRIDGE_INSECURE=true"`
	Insecure    bool   `env:"SENDBRIDGE_INSECURE" envDefault:"false" want:"true or false" help:"true allows an http:// endpoint beyond loopback"`
	Signature   string `env:"SENDBRIDGE_SIGNATURE" envDefault:"auto" oneof:"auto v3 v3-form v1" help:"auto: V3 with parameters in the query if the URL is ≤ 4 KB, otherwise V1 with all parameters in the form body; v3, v3-form, v1 force one"`

	Topic     string `env:"SENDBRIDGE_TOPIC" want:"a topic template such as events/${$.type}" help:"a topic template: short for one rule that matches everything"`
	Rules     string `env:"SENDBRIDGE_RULES" want:"rules in YAML" help:"the text of the rules"`
	RulesFile string `env:"SENDBRIDGE_RULES_FILE" unset:"sendbridge.yaml beside the binary if it exists" want:"the path of a rules file" help:"rules, in a file. Set exactly one of TOPIC, RULES, RULES_FILE"`
	Unmatched string `env:"SENDBRIDGE_UNMATCHED" envDefault:"drop" oneof:"drop reject" help:"an event that no rule matches. drop: as EventBridge does; it is counted, and logged as a warning once a minute for each type. reject: an error of class message"`

	Rate           int           `env:"SENDBRIDGE_RATE" envDefault:"250" want:"a whole number of calls a second, 0 to 300 (more with SENDBRIDGE_RATE_FORCE=true), 0 for no limit" help:"calls a second of this process, retries included, in any one-second window; over 300 only with SENDBRIDGE_RATE_FORCE=true; 0 = no limit. Required in Lambda and FC, where each instance has this rate. With SENDBRIDGE_REDIS: only while Redis is unavailable"`
	RateForce      bool          `env:"SENDBRIDGE_RATE_FORCE" envDefault:"false" want:"true or false" help:"true allows a rate over 300"`
	Redis          string        `env:"SENDBRIDGE_REDIS" secret:"true" want:"a URL of Redis such as redis://user:password@host:6379/0, or rediss:// for TLS" help:"a Redis, Valkey or Tair URL: the processes of a fleet share the quota and what they have sent; SENDBRIDGE_RATE is then the rate while Redis is unavailable. If unset, each process is on its own"`
	FleetRate      int           `env:"SENDBRIDGE_FLEET_RATE" envDefault:"1000" want:"a whole number of calls a second from 1 to 100000, with SENDBRIDGE_REDIS" help:"with Redis: calls a second of all processes of an instance and region together, in any one-second window"`
	Address        string        `env:"SENDBRIDGE_ADDRESS" want:"a name of 1 to 64 letters, digits, dots, dashes and underscores such as nat-eu, with SENDBRIDGE_REDIS" help:"with Redis: a name for the public address that this process shares with others, such as that of a NAT gateway; together they make at most 300 calls a second. If unset, this process has its own address"`
	Concurrency    int           `env:"SENDBRIDGE_CONCURRENCY" envDefault:"32" want:"a whole number from 1 to 1000" help:"limit of calls in flight"`
	Timeout        time.Duration `env:"SENDBRIDGE_TIMEOUT" envDefault:"4s" want:"a duration over 0 such as 4s" help:"for one message with its retries, from its admission by the limiter"`
	RequestTimeout time.Duration `env:"SENDBRIDGE_REQUEST_TIMEOUT" envDefault:"9s" want:"a duration such as 9s, not below SENDBRIDGE_TIMEOUT" help:"HTTP: time limit of the whole request (GitHub gives up after 10 s)"`
	MaxBody        Bytes         `env:"SENDBRIDGE_MAX_BODY" envDefault:"1MiB" want:"a size over 0 in bytes, or with KiB or MiB, such as 1MiB" help:"HTTP: a larger body gets 413"`
	AllowedOrigins []string      `env:"SENDBRIDGE_ALLOWED_ORIGINS" envDefault:"*" want:"* or origins separated by commas, such as eventgrid.azure.net" help:"webhook handshake: whole origins; an origin that is rejected in OPTIONS is also rejected in POST"`

	Dedup           time.Duration `env:"SENDBRIDGE_DEDUP" envDefault:"5m" want:"a duration such as 5m, 0 for none" help:"window in which this process, or with SENDBRIDGE_REDIS the fleet, does not send a message with the same way in, source, id, content and rule again; 0 = off"`
	DeadLetter      string        `env:"SENDBRIDGE_DEAD_LETTER" secret:"except paths" want:"an https:// or file:/// URL" help:"https://… (a CloudEvent is POSTed, with the bearer token), file:///… (JSON lines; not in Lambda and FC, whose disk is deleted with the instance). Never for events over HTTP, because their sender still has them"`
	DeadLetterToken string        `env:"SENDBRIDGE_DEAD_LETTER_TOKEN" secret:"true" want:"a bearer token" help:"the dead-letter sink's bearer token"`

	Listen       string        `env:"SENDBRIDGE_LISTEN" unset:"127.0.0.1:8080; :$PORT if PORT is set; 0.0.0.0:$FC_SERVER_PORT in a custom runtime" want:"host:port, such as 127.0.0.1:8080" help:"address of the HTTP handler, with /livez, /healthz and /readyz"`
	Drain        time.Duration `env:"SENDBRIDGE_DRAIN" unset:"5s on a server, 0 in functions" want:"a duration such as 5s, 0 for none" help:"time between SIGTERM and the end of accepting requests: /readyz is 503, and answers ask clients to close their connection"`
	AdminListen  string        `env:"SENDBRIDGE_ADMIN_LISTEN" envDefault:"127.0.0.1:9464" want:"host:port, or off" help:"/metrics; off for none. 9464 is the usual port of OpenTelemetry exporters; 9090 is Prometheus's own"`
	Auth         string        `env:"SENDBRIDGE_AUTH" unset:"none set" oneof:"none bearer" help:"none, or bearer with SENDBRIDGE_TOKEN; must be set to listen beyond loopback"`
	Token        []string      `env:"SENDBRIDGE_TOKEN" secret:"true" want:"bearer tokens separated by commas, for SENDBRIDGE_AUTH=bearer" help:"the bearer token, or several with commas between while you rotate it"`
	PartialBatch []string      `env:"SENDBRIDGE_PARTIAL_BATCH" oneof:"sqs kinesis dynamodb kafka" help:"Lambda: the kinds of sources whose mappings have ReportBatchItemFailures"`

	Credentials  string   `env:"SENDBRIDGE_CREDENTIALS" envDefault:"auto" oneof:"auto fc aws access_key sts ram_role_arn ecs_ram_role oidc_role_arn credentials_uri default" help:"where credentials come from. auto: in FC fc; in Lambda with ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_PROVIDER_ARN and no token or token file aws; otherwise default. fc: each invocation's own; aws: federated, no stored key; the others as in credentials-go"`
	OIDCAudience string   `env:"SENDBRIDGE_OIDC_AUDIENCE" envDefault:"sts.aliyuncs.com" want:"a client id of the OIDC provider in RAM, such as sts.aliyuncs.com" help:"aws: audience of the federated token; a client id of the OIDC provider at Alibaba Cloud"`
	Trigger      string   `env:"SENDBRIDGE_TRIGGER" oneof:"generic mns-stream" help:"names the source of payloads that no source recognises: mns-stream in FC, generic with SENDBRIDGE_TYPE, which also covers envelopes that consist of common words; other payloads keep their source"`
	Triggers     []string `env:"SENDBRIDGE_TRIGGERS" want:"ARNs of triggers and names of sources separated by commas, where * at an end matches anything, such as arn:aws:sqs:us-east-1:123456789012:doors,eventbridge" help:"Lambda, FC: the triggers of this function, as they follow lambda: or fc: in sendbridgeingress; an event that claims to come from another trigger gets lambda:claimed:… or fc:claimed:… there. If unset, every claim is accepted"`
	Source       string   `env:"SENDBRIDGE_SOURCE" want:"a URI reference such as /readings" help:"CloudEvents source of generic events (IoT rules, direct invocations, transformed payloads), and of events that name none"`
	Type         string   `env:"SENDBRIDGE_TYPE" want:"a type such as com.example.reading, for SENDBRIDGE_TRIGGER=generic" help:"CloudEvents type of generic events"`

	Log       slog.Level `env:"SENDBRIDGE_LOG" envDefault:"info" want:"debug, info, warn or error" help:"slog level of the log on stderr"`
	LogFormat string     `env:"SENDBRIDGE_LOG_FORMAT" unset:"text on a terminal, or else json" oneof:"json text" help:"text for people or json for machines"`
}

// adminOff is the value of SENDBRIDGE_ADMIN_LISTEN that disables /metrics.
const adminOff = "off"

// HasAdmin reports whether there is an address for operators.
func (c *Config) HasAdmin() bool { return c.AdminListen != adminOff }
