"""Where each fact of a contract comes from, and whether the source says so."""
