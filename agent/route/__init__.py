"""Several engines behind one: which of them decides what, and who goes on when one of them fails."""
