"""What HTTP itself asks of the mock, whatever the contract says: CORS, content codings, HEAD, prefixes."""
