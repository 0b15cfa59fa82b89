"""The embedded ``rules`` engine's understanding: a person's words, and their answers, as a task."""

from agent.rules.answers import answer, answer_item, reword, says_no
from agent.rules.correcting import TOPICS, besides, corrected, objections
from agent.rules.understanding import understand

__all__ = ["TOPICS", "answer", "answer_item", "besides", "corrected", "objections", "reword", "says_no", "understand"]
