package inlet

import (
	"net/http"
	"strings"

	"github.com/tidwall/gjson"
)

// A githubPaths lists the paths of an event's attributes in the body. The first path with a value counts. Where the
// specification's adapter uses the current time, the event has no time, because a decoder has no clock.
// https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/github.md
type githubPaths struct {
	source, subject, time string
	detail                string // suffix of the type; empty means action, "-" means none
}

// githubPathsOf returns the row of the adapter's table for an X-GitHub-Event. An event without a row, or whose row has no
// source, uses the common source: its repository, organization, installation or sender.
func githubPathsOf(name string) githubPaths {
	switch name {
	case "check_run":
		return githubPaths{subject: "check_run.id", time: "check_run.completed_at check_run.started_at"}
	case "check_suite", "content_reference", "project", "project_card", "project_column":
		return githubPaths{subject: name + ".id", time: name + ".updated_at"}
	case "commit_comment":
		return githubPaths{subject: "comment.id", time: "comment.updated_at"}
	case "create", "delete":
		return githubPaths{subject: "ref", detail: "ref_type"}
	case "deployment":
		return githubPaths{subject: "deployment.id", time: "deployment.updated_at", detail: "-"}
	case "deployment_status":
		return githubPaths{source: "deployment.url", subject: "deployment_status.url", time: "deployment_status.updated_at", detail: "deployment_status.state"}
	case "fork":
		return githubPaths{subject: "forkee.url", time: "forkee.created_at", detail: "-"}
	case "issue_comment":
		return githubPaths{source: "issue.url", subject: "comment.id", time: "comment.updated_at"}
	case "issues":
		return githubPaths{subject: "issue.number", time: "issue.updated_at"}
	case "label":
		return githubPaths{subject: "label.name"}
	case "milestone":
		return githubPaths{subject: "milestone.number", time: "milestone.updated_at"}
	case "page_build":
		return githubPaths{subject: "build.url", time: "pusher.updated_at", detail: "-"}
	case "pull_request":
		return githubPaths{subject: "number", time: "pull_request.updated_at"}
	case "pull_request_review":
		return githubPaths{source: "pull_request.url", subject: "review.id", time: "review.submitted_at"}
	case "pull_request_review_comment":
		return githubPaths{source: "pull_request.url", subject: "comment.id", time: "pull_request.updated_at"}
	case "push":
		return githubPaths{subject: "ref", detail: "-"}
	case "registry_package":
		return githubPaths{subject: "registry_package.html_url", time: "registry_package.updated_at"}
	case "release":
		return githubPaths{subject: "release.id", time: "release.updated_at release.published_at release.created_at"}
	case "repository_vulnerability_alert":
		return githubPaths{subject: "alert.id"}
	case "security_advisory":
		return githubPaths{subject: "security_advisory.ghsa_id", time: "security_advisory.updated_at"}
	case "status":
		return githubPaths{subject: "sha", time: "updated_at"}
	}
	return githubAccountPathsOf(name)
}

// githubAccountPathsOf returns the rows for events about repositories themselves and about their users.
func githubAccountPathsOf(name string) githubPaths {
	switch name {
	case "deploy_key":
		return githubPaths{subject: "key.id", time: "key.deleted_at key.created_at"}
	case "github_app_authorization":
		return githubPaths{source: "sender.url", detail: "-"}
	case "installation", "installation_repositories":
		return githubPaths{source: "installation.account.url", subject: "installation.id", time: "installation.updated_at"}
	case "member":
		return githubPaths{subject: "member.login"}
	case "meta":
		return githubPaths{subject: "hook_id", time: "hook.updated_at"}
	case "marketplace_purchase":
		return githubPaths{subject: "marketplace_purchase.account.login", time: "effective_date"}
	case "membership":
		return githubPaths{source: "team.url", subject: "member.login", detail: "scope"}
	case "organization":
		return githubPaths{source: "organization.url", subject: "membership.user.login"}
	case "org_block":
		return githubPaths{source: "organization.url", subject: "blocked_user.login"}
	case "public", "repository_import":
		return githubPaths{source: "repository.owner.url", subject: "repository.name", time: "repository.updated_at", detail: "-"}
	case "repository":
		return githubPaths{source: "repository.owner.url", subject: "repository.name", time: "repository.updated_at"}
	case "star":
		return githubPaths{time: "starred_at"}
	case "team", "team_add":
		return githubPaths{subject: "team.id", time: "updated_at"}
	case "gollum", "workflow_dispatch", "security_and_analysis":
		return githubPaths{detail: "-"}
	}
	return githubPaths{}
}

// githubEvent returns the attributes of a delivery. X-GitHub-Event selects the row.
func githubEvent(h http.Header, body gjson.Result) attributes {
	name := h.Get("X-GitHub-Event")
	e := githubPathsOf(name)
	a := attributes{id: h.Get("X-GitHub-Delivery"), sharedID: true, subject: firstOf(body, e.subject), time: firstOf(body, e.time)}
	a.source = firstOf(body, e.source+" repository.url organization.url installation.account.url sender.url")
	switch name {
	case "":
		return a // without a type it is not an event
	case "commit_comment":
		if url, commit := firstOf(body, "comment.url"), firstOf(body, "comment.commit_id"); url != "" && commit != "" {
			a.source = url + "/" + commit
		}
	case "security_advisory":
		a.source = "github.com"
	}
	a.kind = "com.github." + githubType(name, e.detail, body)
	return a
}

func githubType(name, detail string, body gjson.Result) string {
	action := firstOf(body, "action")
	switch {
	case name == "issues":
		name = "issue"
	case name == "installation_repositories":
		name = "installation_repository"
	}
	switch detail {
	case "-":
		return name
	case "":
	case "scope":
		name += "." + firstOf(body, detail)
	default:
		action = firstOf(body, detail)
	}
	if action == "" {
		return name
	}
	return name + "." + action
}

// firstOf returns the text or number at the first of some paths that has one.
func firstOf(body gjson.Result, paths string) string {
	for _, path := range strings.Fields(paths) {
		if v := body.Get(path); v.Type == gjson.String && v.Str != "" || v.Type == gjson.Number {
			return v.String()
		}
	}
	return ""
}
