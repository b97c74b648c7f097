"""The named cases, one file a theme. Importing this package registers them all."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from repository import Repository

Build = Callable[[Repository], None]


@dataclass(frozen=True)
class Case:
    """A repository with a name: what it shows, and what dvc says of its work tree."""

    title: str
    theme: str
    expected: object
    build: Build
    root: str


CASES: list[Case] = []


def case(title: str, expected: object = None, root: str = ".") -> Callable[[Build], Build]:
    """Registers a case. `expected` is a document, or CLEAN, CHANGED or FAILS."""

    def register(build: Build) -> Build:
        theme = build.__module__.rpartition(".")[2]
        if any(known.title == title for known in CASES):
            raise ValueError(f"two cases are called {title!r}")
        CASES.append(Case(title, theme, expected, build, root))
        return build

    return register


def load() -> list[Case]:
    """Imports every theme and returns the cases in their order."""
    for module in sorted(found.name for found in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}")
    return CASES
