"""What an answer costs and how long it takes, from a table: prices and latencies are declared, never measured."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from agent.llm.options import LlmOptions, Spec

_TABLE = Path(__file__).with_name("prices.yaml")


class Tariff(msgspec.Struct, frozen=True):
    """Yuan per million tokens read and written (``known`` or not), and the declared latency in milliseconds."""

    known: bool
    per_in: Decimal
    per_out: Decimal
    first_ms: int
    per_1k_in_ms: int
    per_out_ms: int

    def cost_micros(self, tokens_in: int, tokens_out: int) -> int:
        """Millionths of a yuan: a yuan per million tokens is one of them a token. Rounded up."""
        exact = self.per_in * tokens_in + self.per_out * tokens_out
        return int(exact.to_integral_value(rounding=ROUND_CEILING))

    def latency_ms(self, tokens_in: int, tokens_out: int) -> int:
        """Virtual milliseconds."""
        return self.first_ms + (self.per_1k_in_ms * tokens_in) // 1000 + self.per_out_ms * tokens_out


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return loaded


def price_list_date() -> str:
    """When the shipped prices were looked up."""
    return str(_table()["dated"])


def tariff_of(spec: Spec, options: LlmOptions) -> Tariff:
    """The tariff of a model: what the options say, else the table by its name or by the longest name it begins with."""
    models: dict[str, Any] = _table()["models"]
    name = "local" if spec.local else spec.model
    listed = max((one for one in models if name == one or name.startswith(one + "-")), key=len, default="")
    entry = models.get(listed, {})
    latency = entry.get("latency", _table()["unknown"])
    if options.price is not None:
        per_in, per_out = (Decimal(str(side)) for side in options.price)
    else:
        out = entry.get("thinking", entry.get("out", 0)) if options.thinking else entry.get("out", 0)
        per_in, per_out = Decimal(str(entry.get("in", 0))), Decimal(str(out))
    return Tariff(bool(entry) or options.price is not None, per_in, per_out, **latency)
