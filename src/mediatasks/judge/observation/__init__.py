"""What one exchange shows: a pure map, without memory."""
