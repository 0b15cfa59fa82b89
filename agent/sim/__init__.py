"""Simulated engines: ``rules`` with a declared, seeded error model. A population to measure the measuring with."""
