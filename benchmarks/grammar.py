"""Microseconds per sentence that the grammar takes over its table of test sentences.

Run it as ``python -m benchmarks.grammar``; the design allows a thousand microseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from agent.grammar import read

TABLE = Path(__file__).parent.parent / "tests" / "agent" / "test_grammar_sentences.tsv"
NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
ROUNDS = 7


def measure() -> dict[str, float]:
    """The best of some rounds over each language's sentences, in microseconds per sentence, and the first read's."""
    sentences: dict[str, list[str]] = {}
    for line in TABLE.read_text("utf-8").splitlines()[1:]:
        language, _, text, _ = line.split("\t")
        sentences.setdefault(language, []).append(text)
    started = perf_counter()
    for language, texts in sentences.items():
        read(texts[0], NOW, language)
    figures = {"first read of each language, together": (perf_counter() - started) * 1e6}
    for language, texts in sentences.items():
        figures[language] = min(_round(texts, language) for _ in range(ROUNDS))
    return figures


def _round(texts: list[str], language: str) -> float:
    started = perf_counter()
    for text in texts:
        read(text, NOW, language)
    return (perf_counter() - started) / len(texts) * 1e6


if __name__ == "__main__":
    for name, microseconds in measure().items():
        print(f"{name:40} {microseconds:10.1f} µs")
