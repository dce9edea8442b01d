"""Every kind of change, as data."""
