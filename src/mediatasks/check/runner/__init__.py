"""One run: its options, its target, its jobs and its result."""
