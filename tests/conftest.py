"""For all tests: how hard Hypothesis tries. ``--hypothesis-profile=fuzz`` is what ``make fuzz`` uses."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("fuzz", max_examples=400, deadline=None)
