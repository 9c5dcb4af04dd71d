"""The register across runs: which runs there were, a case for every finding, and what people decided about it."""
