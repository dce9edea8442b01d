"""What a scenario brings besides its exchanges, for rules to judge."""
