"""The licences of all that is linked into the program, as Debian's packages and the toolchain tell them."""

import re
import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1]
COMMON = Path("/usr/share/common-licenses")
INTRODUCTION = """guard, licensed under the Apache License, Version 2.0 (the file LICENSE of its sources), is one program into which these
libraries are linked, each under its own licence. Their terms are below, as their packages tell them. libgit2 is under the
GPL, version 2, with an exception that lets it be linked into other programs under any terms. Parts of it are under
the LGPL, version 2.1: guard's sources are open, so that it can be linked with another version of them.
"""


def parts() -> dict[str, str]:
    """The text of each part's licence, by the part's name and version."""
    named: dict[str, list[str]] = {}
    for package in sorted({_package(archive) for archive in _archives()}):
        text = Path(f"/usr/share/doc/{package}/copyright").read_text(encoding="utf-8")
        named.setdefault(text, []).append(f"{package} {_said('dpkg-query', '-W', '-f', '${Version}', package)}")
    found = {", ".join(names): text for text, names in named.items()}
    swift = Path(shutil.which("swift") or "").resolve().parents[1] / "share/swift/LICENSE.txt"
    found["Swift, its runtime and its standard library"] = swift.read_text(encoding="utf-8")
    checkouts = sorted((SOURCES / ".build/checkouts").glob("*/LICENSE.txt"))
    if not checkouts:
        raise SystemExit("packaging: .build/checkouts is not there: build guard first")
    return found | {file.parent.name: file.read_text(encoding="utf-8") for file in checkouts}


def common(texts: dict[str, str]) -> dict[str, str]:
    """The licences that these texts name as files of a Debian system, or only by the names of such files."""
    told = "\n".join(texts.values())
    names = {*re.findall(rf"{COMMON}/([\w.-]*\w)", told), *re.findall(r"^License: ([\w.-]*\w)", told, re.M)}
    return {name: (COMMON / name).read_text(encoding="utf-8") for name in sorted(names) if (COMMON / name).is_file()}


def _archives() -> list[Path]:
    """The static libraries that Package.swift names, and the runtimes of C++ and C that the linker takes."""
    manifest = (SOURCES / "Package.swift").read_text()
    names = [name for call in re.findall(r"archives\(((?:\"[^)]*))\)", manifest) for name in re.findall(r'"([^"]+)"', call)]
    # `/usr/lib/gcc/x86_64-linux-gnu/12`: where `make setup` found it.
    runtime = SOURCES / ".build/static/libstdc++.a"
    if not runtime.exists():
        raise SystemExit(f"packaging: {runtime} is not there: make setup puts it there")
    runtimes = runtime.resolve().parent
    place = Path("/usr/lib") / runtimes.parent.name
    return [*(place / f"lib{name}.a" for name in names), runtimes / "libstdc++.a", runtimes / "libgcc.a"]


def _package(archive: Path) -> str:
    """The Debian package that a file is of. Its path may be told with or without `/usr`."""
    for path in (archive, Path("/") / archive.relative_to("/usr")):
        done = subprocess.run(["dpkg-query", "-S", path], check=False, text=True, capture_output=True)
        if done.returncode == 0:
            return done.stdout.partition(":")[0]
    raise SystemExit(f"packaging: {archive} is of no Debian package: packages are made on Debian")


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
