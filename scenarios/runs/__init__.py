"""Runs: which episodes, carried out by how many processes, kept where, and what comes out of them."""
