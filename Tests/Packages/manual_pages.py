"""The manual pages, as man and mandoc read them, beside what `--help` says."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scene import SOURCES, Scene, guard


def words(text: str) -> str:
    """Running text without what a renderer made of it: hyphenation, line ends, kinds of dashes and quotes."""
    return re.sub(r"\s+", " ", text.translate(str.maketrans("‐’‘−", "-''-"))).strip()


def all_of(place: Path) -> Iterator[tuple[str, str]]:
    """Each page."""
    scene = Scene(place)
    scene.made(f"{sys.executable} {SOURCES}/packaging share --guard {guard()} {place}/prefix")
    pages = sorted((place / "prefix/share/man/man1").glob("*.1"))
    helped = scene.made(f"{guard()} --help")
    verbs = re.findall(r"^  ([a-z-]+) {2,}", helped.partition("SUBCOMMANDS:")[2], re.M)
    yield "a page for each verb", "" if {page.stem for page in pages} == {"guard", *(f"guard-{verb}" for verb in verbs)} and verbs else f"{pages} {verbs}"
    if not shutil.which("man"):
        print("packages: skipped: man is not here")
        return
    for page in pages:
        name = page.stem.partition("-")[2]
        done = subprocess.run(["man", "--warnings", "-l", page], check=False, capture_output=True, env=scene.environment | {"MANWIDTH": "1000", "MANOPT": "--no-hyphenation --no-justification"})
        yield f"{page.stem}: man", done.stderr.decode() or ("" if done.returncode == 0 else f"{done.returncode}")
        if shutil.which("mandoc"):
            said = scene.sh(f"mandoc -T lint -W warning {page} | grep -v 'lacks git(1) entry'").said
            yield f"{page.stem}: mandoc", said
        told = words(done.stdout.decode())
        helped = scene.made(f"COLUMNS=2000 {guard()} {name} --help")
        missing = [sentence for sentence in _sentences(helped) if words(sentence) not in told]
        yield f"{page.stem}: says what --help says", "".join(f"{sentence!r} " for sentence in missing)
    found = scene.sh("man -w guard check; man guard check >/dev/null", MANPATH=str(place / "prefix/share/man"))
    yield "man finds the page of a verb", "" if found.code == 0 and "guard-check.1" in found.said else f"{found}"


def _sentences(helped: str) -> list[str]:
    """What `--help` says in sentences, and how each argument is written."""
    overview, _, rest = helped.partition("USAGE: ")
    told = re.split(r"(?<=[.:?]) (?=[A-Z])|\n", overview.removeprefix("OVERVIEW: ").replace("EXAMPLES:", ""))
    for line in rest.partition("\n")[2].splitlines():
        if found := re.match(r"  (\S.*?)(?:(?: {2,}|(?<=>) )(\S.*))?$", line):
            told += [found.group(1).replace("<", "").replace(">", "").split(",")[0]] if found.group(1).startswith("-") else []
            told += re.split(r"(?<=[.:?]) (?=[A-Z])| \((?:values|default): ", (found.group(2) or "").removesuffix(")"))[:1]
        elif line.startswith("   "):
            told += re.split(r"(?<=[.:?]) (?=[A-Z])| \((?:values|default): ", line.strip())[:1]
    return [part.strip().removeprefix("# ").rstrip(".") for part in told if part.strip() and not part.startswith("See 'guard help")]
