"""Forking: a recorded episode is rebuilt up to a step, takes another road from there, and is graded like any other."""
