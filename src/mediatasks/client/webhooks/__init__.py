"""Webhooks: verified, parsed, taken once."""
