"""RPC requests: each call checked and answered."""
