"""Contracts: composed from hand-written files, read and understood."""
