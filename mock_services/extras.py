"""Services that are not built in: found by entry point or by file, and pinned to what they were when they were found.

A package offers its service in the entry-point group :data:`GROUP`; a file is named on the command line. Either way
it is an :class:`Extra` first, which a run's manifest records, and a :class:`~mock_services.service.Service` only when
a world is built with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from hashlib import sha256
from importlib import import_module, invalidate_caches
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from mock_services.errors import UsageError

if TYPE_CHECKING:
    from mock_services.service import Service

GROUP = "banshi.services"
"""The entry-point group in which an installed package offers a service class: ``name = "package:Class"``."""


class Extra(msgspec.Struct, frozen=True):
    """Where a service comes from.

    ``source`` is the name of an entry point or the absolute path of a ``.py`` file; ``version`` is the version of the
    distribution, or a SHA-256 over the file (over its whole package, if it is in one).
    """

    source: str
    version: str

    @property
    def name(self) -> str:
        """What people call it: the entry point, or the file in its folder."""
        return "/".join(Path(self.source).parts[-2:]) if self.source.endswith(".py") else self.source

    @property
    def label(self) -> str:
        """Its name with as much of the version as tells."""
        return f"{self.name} {self.version[:12]}".rstrip()


def find_extras(files: Iterable[str] = ()) -> tuple[Extra, ...]:
    """The services of installed packages by name, then those of ``files`` in the order given. Imports none of them.

    Raises:
        UsageError: a file is not there or is no Python file.
    """
    found = [Extra(name, _version(entry)) for name, entry in sorted(_installed().items())]
    for name in files:
        path = Path(name).resolve()
        if path.suffix != ".py" or not path.is_file():
            raise UsageError("there is no such Python file", where=f"--service {name}", fix="name a service's .py file")
        extra = Extra(str(path), _digest(path))
        if extra not in found:
            found.append(extra)
    return tuple(found)


def load_extra(extra: Extra) -> Service:
    """Import a service and make it.

    Raises:
        UsageError: it is gone or not what it was, cannot be imported, or is no service.
    """
    where = f"service {extra.source}"
    try:
        made = _loaded(extra, where)()
    except UsageError:
        raise
    except (Exception, SystemExit) as error:  # somebody else's code: whatever it raises is told in one line
        what = " ".join(str(error).split())[:300]
        raise UsageError(f"cannot be imported: {type(error).__name__}: {what}", where=where) from error
    if not isinstance(getattr(made, "name", None), str) or not made.name.isidentifier():
        raise UsageError("has no name", where=where, fix='give the class a name such as name = "damai"')
    return made


def _loaded(extra: Extra, where: str) -> type[Service]:
    if not extra.source.endswith(".py"):
        entry = _installed().get(extra.source)
        if entry is None:
            raise UsageError("is not installed", where=where, fix="install its package")
        _unchanged(extra, _version(entry), where)
        return _checked(entry.load(), where)
    from mock_services.service import Service

    path = Path(extra.source)
    if not path.is_file():
        raise UsageError("is not there any more", where=where, fix="bring it back")
    _unchanged(extra, _digest(path), where)
    module = _module(path, extra.version, where)
    own = {
        id(value): value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Service) and f"{value.__module__}.".startswith(_home(module))
    }
    if len(own) != 1:
        names = ", ".join(kind.__name__ for kind in own.values()) or "none"
        raise UsageError(f"holds {len(own)} service classes ({names})", where=where, fix="one file, one service")
    return next(iter(own.values()))


def _home(module: ModuleType) -> str:
    return f"{module.__name__}."


def _checked(found: Any, where: str) -> type[Service]:
    # A manifest names where services come from, and reading one should not import what makes their schemas.
    from mock_services.service import Service

    if not (isinstance(found, type) and issubclass(found, Service)):
        raise UsageError("is not a class of mock_services.service.Service", where=where, fix='name = "package:Class"')
    return found


def _unchanged(extra: Extra, version: str, where: str) -> None:
    if extra.version != version:
        raise UsageError(
            f"has changed: it was {extra.version[:12]} and is {version[:12]}",
            where=where,
            fix="bring it back as it was, or start a new run",
        )


# --- installed packages --------------------------------------------------------------------------------------


def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _version(entry: EntryPoint) -> str:
    return entry.dist.version if entry.dist is not None else ""


# --- files ---------------------------------------------------------------------------------------------------


def _package(path: Path) -> tuple[Path, list[str]]:
    """The folder that a file is imported from, and its dotted name's parts; one part for a file of its own."""
    root, parts = path.parent, [] if path.stem == "__init__" else [path.stem]
    while (root / "__init__.py").is_file():
        root, parts = root.parent, [root.name, *parts]
    return root, parts


def _digest(path: Path) -> str:
    root, parts = _package(path)
    if root == path.parent:
        return sha256(path.read_bytes()).hexdigest()
    hasher = sha256()
    top = root / parts[0]
    for file in sorted(top.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            hasher.update(file.relative_to(top).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return hasher.hexdigest()


def _module(path: Path, version: str, where: str) -> ModuleType:
    root, parts = _package(path)
    if root == path.parent:
        return _file_of_its_own(path, f"banshi_service_{path.stem}_{version[:12]}")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
        invalidate_caches()
    module = import_module(".".join(parts))
    if Path(module.__file__ or "").resolve() != path:
        raise UsageError(f"another module is called {module.__name__}", where=where, fix="rename the package")
    return module


def _file_of_its_own(path: Path, name: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Annotations are looked up in sys.modules while the service's tools are made.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
