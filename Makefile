# Needs Go, make, git and a POSIX shell. Everything else is built from Go modules.

GO ?= go

# The version is that of the newest tag. Without one the plugin says what Go recorded about the checkout.
VERSION ?= $(shell git describe --tags --match 'v*' --dirty 2>/dev/null)
LDFLAGS = -s -w $(if $(VERSION),-X github.com/kubectl-localpv/kubectl-localpv/pkg/cmd.version=$(VERSION))

# Where the binaries of the control plane are kept, and what the linters remember: as in test/controlplane/build.
LOCALPV_CACHE ?= $(if $(filter Darwin,$(shell uname)),$(HOME)/Library/Caches,$(or $(XDG_CACHE_HOME),$(HOME)/.cache))/kubectl-localpv

.PHONY: help build check test test-nodes lint demo cluster cluster-down nodes nodes-down bench golden generate release torture clean

help: ## list what make can do (this is the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

build: ## compile the plugin into bin/kubectl-localpv
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/kubectl-localpv ./cmd/kubectl-localpv

check: ## what to run all day, without a cluster: files, linters, what ships on every system, unit tests
	$(GO) run ./hack/verify files modules vet platforms lint unit

test: ## everything that has to pass: check, and tests under the race detector and against a real control plane
	$(GO) run ./hack/verify

test-nodes: ## tests with real kubelets, containers and disks, as root on Linux; not part of test
	$(GO) run ./hack/verify nodes

lint: ## only the files and the linters
	$(GO) run ./hack/verify files modules vet lint

# What torture is of: packages below test, and paths of theirs, all if none is named.
OF ?= handback recover drain
PATHS ?=

torture: ## answer every request of every changing command wrongly in every way, and write the tables of docs/torture.md (hours; OF=drain PATHS=move-member: that row alone)
	$(GO) test -p 1 $(addprefix ./test/,$(OF)) -run '^Test$(if $(PATHS),Faults,(Faults|Killed|Paths))$$' $(if $(PATHS),-paths $(PATHS),-torture) -table ../../docs/torture.md -timeout 4h

demo: build ## watch the plugin at work on a control plane that comes and goes with the demo
	$(GO) run ./hack/demo

cluster: ## start a local control plane that stays, and print how to use it
	@$(GO) run ./hack/cluster up

cluster-down: ## stop it
	@$(GO) run ./hack/cluster down

nodes: ## start a cluster with real nodes that stays, as root on Linux, and print how to use it and what it took
	@$(GO) run ./hack/nodes up

nodes-down: ## stop it
	@$(GO) run ./hack/nodes down

bench: ## measure: the benchmarks of the packages, and the plugin on large clusters
	$(GO) test -run '^$$' -bench . -benchmem ./pkg/...
	$(GO) run ./hack/bench
	$(GO) run ./hack/bench -rescue

golden: ## rewrite the expected outputs of the unit tests; review the difference
	$(GO) test $$(find pkg -name '*_test.go' -exec grep -l '"update"' {} + | sed 's,^,./,; s,/[^/]*$$,,' | sort -u) -update

generate: build ## write docs/reference and docs/man, draw docs/demo.svg and fill the examples of README.md from a run of the demo
	$(GO) run ./hack/docs
	$(GO) run ./hack/demo -picture docs/demo.svg -readme README.md -readme README.zh-CN.md

release: ## archives, checksums and SBOMs in dist/, and the krew manifest to match: make release VERSION=v0.1.0
	rm -rf dist
	$(GO) run ./hack/release -version '$(VERSION)'

clean: ## remove bin/, dist/ and what make keeps in the user's cache directory
	rm -rf bin dist "$(LOCALPV_CACHE)/bin" "$(LOCALPV_CACHE)/golangci-lint"
