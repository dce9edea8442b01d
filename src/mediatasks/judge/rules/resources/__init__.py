"""Rules about what is written and what is read."""
