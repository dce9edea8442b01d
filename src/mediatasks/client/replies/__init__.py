"""A reply as typed values, and where it deviates from the contract."""
