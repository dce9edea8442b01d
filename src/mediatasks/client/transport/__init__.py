"""How requests reach the server: over httpcore2, a caller's own HTTP client, or a caller's own transport.

Importing this package loads none of them: the first client does.
"""
