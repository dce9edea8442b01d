"""Faults that the mock is told to make."""
