"""What `scripts/bench.py` measures, one module a row of its table."""
