"""What is measured: a question, and the commands that answer it."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Contender:
    """A command, and what is done before each time it is measured."""

    name: str
    command: list[str]
    before: Callable[[], None] | None = None
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak: float = 0
    # What takes minutes is measured less often than the others.
    most: int | None = None
    # What it reads, when that is anything.
    input: bytes = b""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass
class Row:
    """One question, and who answers it. The first contender is guard."""

    title: str
    goal: str
    where: Path
    contenders: list[Contender]
    note: str = ""
