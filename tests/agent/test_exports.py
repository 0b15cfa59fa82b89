"""The public face of the package is what it says it is."""

from __future__ import annotations

import agent


def test_every_exported_name_is_there_and_sorted():
    assert sorted(agent.__all__) == sorted(agent._HOME)
    for name in agent.__all__:
        assert getattr(agent, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(agent, "build_agents")
