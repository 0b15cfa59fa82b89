"""Engines with a language model behind them: ``llm:<provider>:<model>``, ``llm:local``, and ``react:…`` as a baseline.

    nodes/ ──▶ Talk (one errand) ──▶ Caller (one engine) ──▶ cassette ──▶ gate ──▶ backend (LangChain, llama.cpp)

Nothing here is imported before an engine of this kind is built, and no model before its first question.
"""
