"""The guard: checks every write against task, consent and constraints before it leaves, whatever the engine says."""

from agent.guard.watch import Guard

__all__ = ["Guard"]
