"""Interactive errands: a human takes the person's seat, and the errand lives in a file until it has ended."""
