"""schemathesis: the only place that knows it."""
