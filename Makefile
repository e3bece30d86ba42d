.PHONY: run test test-live lint lock benchmarks

run:            ## serve the product on loopback, with the demo groups
	@./run serve

test:           ## everything this machine can run, without network
	@./run test

test-live:      ## read real servers (Synapse, pywb), started from packages on loopback
	@./run test-live

lint:           ## style, types, layers
	@./run python -m ruff check . && ./run python -m ruff format --check . && ./run python -m mypy && .venv/bin/lint-imports

lock:           ## write the lock files anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml --extra encoder -c requirements-dev.lock -o requirements-encoder.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml --extra encoder --extra training -c requirements-encoder.lock -o requirements-training.lock
	printf 'matrix-synapse\npywb\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q - -o requirements-live.lock

benchmarks: $(addprefix benchmark-,$(patsubst tests/benchmarks/benchmark_%.py,%,$(wildcard tests/benchmarks/benchmark_*.py)))

benchmark-%:    ## one JSON line a figure; exits 1 where a bar is missed
	@./run python -m tests.benchmarks.benchmark_$*

mutation:       ## one small mistake at a time in the rules engine: which does no test notice? Takes half an hour; see rules/README.md
	@./run python -m tests.mutation
