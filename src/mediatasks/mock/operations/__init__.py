"""What operations do to resources, and what they reply."""
