"""The validity gate: checks that a suite's grading can neither be cheated nor punishes what is right."""
