"""One request and its reply, wherever they come from."""
