# Everything that builds, proves and shows guard. `make demo` and `make test` need nothing done before them
# but a Swift toolchain; what else is missing, `make setup` installs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
.PHONY: setup build demo test conformance servers tracking attestations packages newcomer fuzz bench package install uninstall format lint clean

PREFIX ?= /usr/local
DESTDIR ?=

# Debug tests and the release binary are built apart, so that neither throws away the other's work.
RELEASE := -c release --static-swift-stdlib --product guard
STRICT := -Xswiftc -warnings-as-errors
GUARD ?= $(CURDIR)/.build/release/guard
PYTHON := .venv/bin/python

# Settings of `make conformance`, all of them optional.
CONFORMANCE = $(if $(SEED),--seed '$(SEED)') $(if $(COUNT),--count '$(COUNT)') $(if $(FIRST),--first '$(FIRST)') \
  $(if $(ONLY),--only '$(ONLY)') $(if $(RANDOM_ONLY),--random-only) $(if $(KEEP),--keep)

setup:
	@scripts/setup

build: setup
	swift build $(RELEASE)

demo: build
	@GUARD='$(GUARD)' scripts/demo

test: setup
	@GUARD='$(GUARD)' scripts/test

conformance: setup
	@test -x '$(GUARD)' || swift build $(RELEASE)
	@GUARD='$(GUARD)' $(PYTHON) Tests/Conformance $(CONFORMANCE)

servers: setup
	@test -x '$(GUARD)' || swift build $(RELEASE)
	@GUARD='$(GUARD)' $(PYTHON) Tests/Servers $(if $(ONLY),--only '$(ONLY)') $(if $(SEED),--seed '$(SEED)') \
	  $(if $(KILLS),--kills '$(KILLS)') $(if $(KEEP),--keep)

tracking: setup
	@test -x '$(GUARD)' || swift build $(RELEASE)
	@GUARD='$(GUARD)' .venv-mlflow/bin/python Tests/Tracking $(if $(ONLY),--only '$(ONLY)') $(if $(SEED),--seed '$(SEED)') \
	  $(if $(KILLS),--kills '$(KILLS)') $(if $(KEEP),--keep)

attestations: setup
	@test -x '$(GUARD)' || swift build $(RELEASE)
	@GUARD='$(GUARD)' $(PYTHON) Tests/Attestations $(if $(KEEP),--keep)

packages: setup
	@test -x '$(GUARD)' || swift build $(RELEASE)
	@GUARD='$(GUARD)' $(PYTHON) Tests/Packages $(if $(ONLY),--only '$(ONLY)') $(if $(KEEP),--keep)

newcomer: setup
	@test -x '$(GUARD)' || swift build $(RELEASE)
	@GUARD='$(GUARD)' $(PYTHON) Tests/Newcomer $(if $(ONLY),--only '$(ONLY)') $(if $(KEEP),--keep) $(if $(WRITE),--only pages --write)

# Settings: SECONDS for each reader, SEED, ONLY (names of readers). Built for speed, with every check for overflow
# and bounds left in.
fuzz: setup
	@GUARD_FUZZ_SECONDS='$(or $(SECONDS),30)' GUARD_FUZZ_SEED='$(or $(SEED),$(shell date +%s))' \
	  GUARD_FUZZ_ONLY='$(ONLY)' swift test -c release -Xswiftc -enable-testing \
	  --scratch-path .build/release-tests --filter 'Fuzz\.'

bench: build
	@GUARD='$(GUARD)' $(PYTHON) Benchmarks $(BENCH)

# A .deb and a wheel, in dist/.
package: build
	python3 packaging deb --guard '$(GUARD)' dist
	python3 packaging wheel --guard '$(GUARD)' dist

install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 '$(GUARD)' '$(DESTDIR)$(PREFIX)/bin/guard'
	python3 packaging share --guard '$(GUARD)' '$(DESTDIR)$(PREFIX)'

uninstall:
	cd '$(DESTDIR)$(PREFIX)' && rm -f bin/guard share/bash-completion/completions/guard \
	  share/zsh/site-functions/_guard share/fish/vendor_completions.d/guard.fish \
	  share/man/man1/guard.1 share/man/man1/guard-*.1

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

clean:
	rm -rf .build dist .venv .venv-mlflow .venv-hooks
