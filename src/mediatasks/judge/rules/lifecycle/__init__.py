"""Rules about how a resource changes over time."""
