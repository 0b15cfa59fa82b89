"""Help for who writes scenarios: a start, an explanation, and why something cannot be done."""
