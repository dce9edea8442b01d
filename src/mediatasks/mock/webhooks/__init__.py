"""Outgoing requests: built from templates, queued, sent."""
