"""REST requests: routed, checked, answered."""
