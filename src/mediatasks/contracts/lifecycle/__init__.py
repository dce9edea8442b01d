"""What `x-lifecycle` says: resources, their states and moves, and what operations do to them."""
