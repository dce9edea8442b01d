"""Exchanges as files: HAR, and JSON lines in a form of our own."""
