# Two commands do all the set-up on a fresh Debian machine with Go, gcc and
# node: `make demo` runs the whole line, `make test` runs every test.
SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
OUT     ?= bin/minyi-static

.PHONY: demo build static test bench lint setup setup-test clean help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: setup build ## run the whole line on made-up work orders and leave it running
	@./bin/minyi demo

build: ## build bin/minyi
	@mkdir -p bin
	@[ -x bin/minyi ] || echo "正在构建，首次约需两三分钟 building: the first time takes two to three minutes (each package is named as it is done)"
	@go build -v -trimpath -ldflags '$(LDFLAGS)' -o bin/minyi ./cmd/minyi

# cgo for the dictionaries and SQLite, linked statically against glibc; names
# and users in pure Go, because static glibc cannot look either up.
STATIC := -tags netgo,osusergo,sqlite_omit_load_extension
static: ## build OUT (bin/minyi-static), one file that needs nothing beside it; the image is made of it
	@mkdir -p $(dir $(OUT))
	CGO_ENABLED=1 go build -trimpath $(STATIC) -ldflags "$(LDFLAGS) -linkmode external -extldflags '-static'" -o $(OUT) ./cmd/minyi

setup: ## install what building needs
	@./test/setup.sh build

setup-test: ## install what the tests need
	@./test/setup.sh test

test: setup-test ## every test, with the race detector, against real counterparts
	MINYI_TEST_REQUIRE=1 go vet ./...
	MINYI_TEST_REQUIRE=1 MINYI_TEST_FULL=1 go test -race -timeout 40m ./...
	MINYI_TEST_REQUIRE=1 MINYI_TEST_FULL=1 go test -run TestMemory ./nlp/jieba # the race detector multiplies memory

bench: ## every benchmark named in docs/benchmarks.md
	./test/bench.sh

lint: ## formatting and vet
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...

clean: ## remove what was built
	rm -rf bin
