"""Rules about credentials, secrets and accounts."""
