# One line of help a target: `make help` prints them.
.DEFAULT_GOAL := help
.PHONY: help demo test build idl fmt lint bench mutants invariants clean setup

CARGO := cargo

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs missing Debian packages (as root or by sudo; else prints the command)
	@scripts/setup.sh

demo: build ## Plays a trading day with a crash and writes its report to target/demo (ARGS="--seed 7")
	@$(CARGO) run --quiet --locked --package ballast-demo --bin demo -- $(ARGS)

.PHONY: localnet
localnet: build ## Runs a local network with moving prices, keepers and a faucet (ARGS="--weather storm"), until Ctrl-C
	@$(CARGO) run --quiet --locked --package ballast-cli -- localnet $(ARGS)

test: build ## Everything that CI runs: lints, suites, interface files, compute units, same bytes
	@CARGO="$(CARGO)" scripts/test.sh

build: setup ## Builds the programs to target/deploy, for SBPF v0 and v3
	@$(CARGO) sbf build
	@cp tests/keys/*-keypair.json target/deploy/

idl: ## Writes the interface descriptions of the programs to idl/
	@$(CARGO) run --quiet --locked --package ballast-idl

fmt: ## Formats the sources
	@$(CARGO) fmt --all

lint: ## Checks formatting and runs clippy, warnings refused
	@$(CARGO) fmt --all --check
	@$(CARGO) clippy --quiet --locked --workspace --all-targets -- -D warnings

.PHONY: validator validator-test
validator: build ## Finds Agave's test validator, or builds it from crates.io (40 minutes, once), and the test feed
	@scripts/validator.sh
	@$(CARGO) sbf build test-feed

validator-test: validator ## Plays the stories against a real validator (ONLY=throughput: some of them, with what they measure)
	@CARGO="$(CARGO)" scripts/validator-test.sh $(ONLY)

bench: build ## Measures compute units and writes bench/compute-units.json
	@CARGO="$(CARGO)" scripts/bench.sh

mutants: ## Changes the margin engine in thousands of ways, which its suites shall notice (SHARD=0/20: one in twenty)
	@scripts/mutants.sh $(SHARD)

invariants: build ## Plays random sequences, COUNT=20000 of them from seed FIRST=1 on, and checks every invariant
	@CARGO="$(CARGO)" scripts/invariants.sh $(COUNT) $(FIRST)

clean: ## Removes everything that was built
	@$(CARGO) clean
