"""Rules about what the contract does not know."""
