"""Values against the schemas of a contract: one validator, one table of messages."""
