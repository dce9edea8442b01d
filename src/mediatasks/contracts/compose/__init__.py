"""From hand-written files to one composed contract: read, composed, checked and stored."""
