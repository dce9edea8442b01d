"""What is kept of each resource over time: bounded, in constant time per event."""
