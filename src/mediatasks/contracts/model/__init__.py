"""A contract as typed objects: operations, parameters, credentials, the RPC envelope, webhooks."""
