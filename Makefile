# Targets for people; `make` alone lists them.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X sendbridge/functions.version=$(VERSION)
BUILD   := CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)'
LAMBDA  := $(BUILD) -tags lambda.norpc
INTEROP := core/onstest/interop
BROWSER := functions/sendbridge/console/browsertest
IMAGE   ?= sendbridge:$(VERSION)
BUILDER ?= $(shell for b in podman buildah docker; do $$b info >/dev/null 2>&1 && { echo $$b; break; }; done)
RULES   ?= sendbridge.yaml

GOLANGCI    := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
GREMLINS    := github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0

.DEFAULT_GOAL := help
.PHONY: help run test soak race check interop browser bench fuzz mutate build image release deploy-check dist/fc.zip build-Forwarder

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z\/.]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## run emulator, broker and HTTP handler on this machine and send a sample event
	@go build -o bin/sendbridge ./functions/sendbridge && exec bin/sendbridge dev

test: ## all tests
	go test ./...

soak: ## run the slow tests: TestSoak…, and the sources with ten times as many broken payloads
	go test -tags soak -count=1 -timeout 30m -run '^TestSoak|^TestSources$$' ./...

race: ## run all tests with the race detector (needs a C compiler)
	go test -race ./...

interop: ## the vendors' own SDKs and senders against ours, our signer against what they send, and a fleet with a real redis-server
	@if command -v npm >/dev/null; then cd $(INTEROP)/node && npm install --no-package-lock --no-audit --no-fund --silent; \
	elif [ "$$CI" = true ]; then echo "npm: not installed, and CI must run the senders of npm"; exit 1; \
	else echo "npm: NOT RUN against senders of npm, it is not installed"; fi
	cd $(INTEROP) && go vet ./... && go test ./...

browser: ## test dev's console in chromium
	cd $(BROWSER) && npm install --no-package-lock --no-audit --no-fund --silent && go vet ./... && go test -count=1 ./...

check: ## run gofmt, vet, linters, and check go.mod, templates and known vulnerabilities
	@unformatted=$$(gofmt -s -l .); test -z "$$unformatted" || { echo "gofmt -s -w $$unformatted"; exit 1; }
	$(GOLANGCI) run ./...
	go test -run 'Words|StylePage|Pages' .
	go build -o bin/sendbridge ./functions/sendbridge && for cases in examples/*/cases.yaml; do bin/sendbridge test "$$cases" || exit 1; done
	go vet -tags soak ./...
	go mod tidy -diff
	cd $(INTEROP) && go mod tidy -diff
	cd $(BROWSER) && go mod tidy -diff
	cd deploy/check && go mod tidy -diff
	@if command -v cfn-lint >/dev/null; then cfn-lint -r us-east-1 -- template.yml; \
	elif [ "$$CI" = true ]; then echo "cfn-lint: not installed, and CI must check template.yml: pip install cfn-lint"; exit 1; \
	else echo "cfn-lint: NOT RUN on template.yml, it is not installed: pip install cfn-lint"; fi
	@if curl -fsS -m 10 -o /dev/null https://vuln.go.dev/index/modules.json 2>/dev/null; \
	then $(GOVULNCHECK) ./...; \
	else echo "govulncheck: NOT RUN, vuln.go.dev cannot be reached"; fi

bench: ## run the benchmarks, with net/http alone and the official SDKs for comparison
	go test -run '^$$' -bench . -benchmem ./...
	cd $(INTEROP) && go test -run '^$$' -bench . -benchmem ./...

fuzz: ## run each fuzz target for two minutes
	@go list -f '{{.Dir}}' ./... | while read -r dir; do \
	  grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go 2>/dev/null | cut -c6- | while read -r target; do \
	    echo "$$dir $$target"; (cd $$dir && go test -run '^$$' -fuzz "^$$target$$" -fuzztime 120s .) || exit 1; \
	  done || exit 1; \
	done

# .ci/gremlins/go says what gremlins alone would count wrongly. The tests of PKG run once first: their time, and the
# coefficient, bound a mistake that waits forever.
mutate: ## list the deliberate mistakes in PKG that its tests do not detect, such as PKG=./core/send
	@test -n "$(PKG)" || { echo "mutate: name a package, such as make mutate PKG=./core/send"; exit 1; }
	GOBIN="$(CURDIR)/bin" go install $(GREMLINS)
	PATH="$(CURDIR)/.ci/gremlins:$$PATH" bin/gremlins unleash --workers 2 --exclude-files / --timeout-coefficient 50 --threshold-efficacy 90 -S ltv $(PKG)

build: ## build static, stripped binaries in bin/
	$(BUILD) -o bin/sendbridge ./functions/sendbridge
	$(BUILD) -o bin/http ./functions/http
	GOOS=linux GOARCH=amd64 $(BUILD) -o bin/fc/main ./functions/fc
	GOOS=linux GOARCH=arm64 $(LAMBDA) -o bin/lambda/arm64/bootstrap ./functions/lambda
	GOOS=linux GOARCH=amd64 $(LAMBDA) -o bin/lambda/amd64/bootstrap ./functions/lambda

image: ## build a container image of the HTTP handler for arm64 and amd64, with podman, buildah or docker
	@test -n "$(BUILDER)" || { echo "image: needs podman, buildah or docker: none answers"; exit 1; }
	@for arch in arm64 amd64; do \
	  GOOS=linux GOARCH=$$arch $(BUILD) -o bin/image/$$arch/http ./functions/http && cp LICENSE NOTICE THIRD_PARTY_LICENSES bin/image/$$arch && \
	  $(BUILDER) build --platform linux/$$arch --build-arg VERSION="$(VERSION)" --build-arg REVISION="$$(git rev-parse HEAD)" \
	    -t "$(IMAGE)-$$arch" -f deploy/container/Dockerfile bin/image/$$arch || exit 1; \
	done

release: ## build archives for linux, darwin and windows, checksums and SBOMs in dist/VERSION
	deploy/release "$(VERSION)" '$(LDFLAGS)'

deploy-check: ## compare deploy/ with the code: image, Kubernetes, systemd, monitoring
	cd deploy/check && go vet ./... && go test ./...

dist/fc.zip: ## build the code package for Function Compute, with the rules of RULES
	@test -f "$(RULES)" || { echo "$(RULES): write your rules there, or name them with RULES="; exit 1; }
	go run ./functions/sendbridge validate "$(RULES)"
	GOOS=linux GOARCH=amd64 $(BUILD) -buildvcs=false -o bin/fc/main ./functions/fc
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null)} go run ./functions/fc/pack $@ main=bin/fc/main:0755 sendbridge.yaml="$(RULES)":0644

# `sam build` runs this for template.yml. The rules go into the package, next to the binary.
build-Forwarder:
	GOOS=linux GOARCH=arm64 $(LAMBDA) -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/lambda
ifneq ($(RULES),none)
	@test -f "$(RULES)" || { echo "$(RULES): write your rules there, or set RULES=none and deploy with the parameter Rules"; exit 1; }
	go run ./functions/sendbridge validate "$(RULES)"
	cp "$(RULES)" "$(ARTIFACTS_DIR)/sendbridge.yaml"
endif
