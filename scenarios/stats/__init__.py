"""Statistics of runs: rates with intervals, several tries of one task, two agents on the same episodes."""
