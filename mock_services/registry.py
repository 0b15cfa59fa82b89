"""Which services there are, and every tool by name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from mock_services.errors import InternalError, UsageError
from mock_services.extras import Extra, load_extra
from mock_services.service import Service, Tool


class Registry:
    """An ordered set of services and an index of their tools."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services: dict[str, Service] = {}
        self.tools: dict[str, Tool] = {}
        for service in services:
            if service.name in self.services:
                raise InternalError(f"two services are called {service.name}")
            self.services[service.name] = service
            for tool in service.tools.values():
                if tool.name in self.tools:
                    raise InternalError(f"two tools are called {tool.name}")
                self.tools[tool.name] = tool

    def tool(self, name: str) -> Tool:
        """The tool of this name.

        Raises:
            UsageError: there is none; the near names are listed.
        """
        found = self.tools.get(name)
        if found is None:
            near = get_close_matches(name, self.tools, n=3, cutoff=0.5) or sorted(self.services)
            raise UsageError(f"unknown tool {name!r}", fix=f"did you mean {', '.join(near)}?")
        return found

    def service(self, name: str) -> Service:
        """The service of this name.

        Raises:
            UsageError: there is none; the near names are listed.
        """
        found = self.services.get(name)
        if found is None:
            near = get_close_matches(name, self.services, n=3, cutoff=0.4) or sorted(self.services)
            raise UsageError(f"unknown service {name!r}", fix=f"did you mean {', '.join(near)}?")
        return found


@lru_cache(maxsize=1)
def default_registry() -> Registry:
    """The built-in services, made once per process."""
    from mock_services.alipay import Alipay
    from mock_services.amap import Amap
    from mock_services.clock_service import ClockService
    from mock_services.flash import Flash
    from mock_services.fliggy import Fliggy
    from mock_services.taobao import Taobao
    from mock_services.user import User

    return Registry((User(), ClockService(), Amap(), Alipay(), Flash(), Taobao(), Fliggy()))


BUILT_IN = ("user", "clock", "amap", "alipay", "flash", "taobao", "fliggy")
"""The names of the built-in services."""


@lru_cache(maxsize=8)
def registry_of(extras: tuple[Extra, ...]) -> Registry:
    """The built-in services and these others, made once per process.

    Raises:
        UsageError: one of them cannot be loaded, or has a name that is taken.
    """
    registry = default_registry()
    for extra in extras:
        service = load_extra(extra)
        _check_names(service, registry, f"service {extra.source}")
        registry = Registry((*registry.services.values(), service))
    return registry


def _check_names(service: Service, registry: Registry, where: str) -> None:
    others = registry.services.values()
    tables = {table.name for other in others for table in other.tables}
    taken = [f"a service called {service.name}"] if service.name in (*registry.services, "kernel", "people") else []
    taken += [f"a tool called {name}" for name in service.tools if name in registry.tools]
    taken += [f"a table called {table.name}" for table in service.tables if table.name in tables]
    foreign = [table.name for table in service.tables if not table.name.startswith(f"{service.name}.")]
    if taken:
        raise UsageError(f"there is {taken[0]} already", where=where, fix="rename it, or leave one of the two away")
    if foreign:
        raise UsageError(
            f"its table {foreign[0]} does not carry its name", where=where, fix=f"call it {service.name}.<rows>"
        )
