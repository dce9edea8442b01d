"""What the mock remembers: resources, their lives, the clock, the file."""
