"""Rules about RPC calls and their envelope."""
