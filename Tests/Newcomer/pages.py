"""The commands of README and of the pages for newcomers, typed word by word, and what they print.

In a page, by the first word behind the fence:

    sh              lines for a shell, which must succeed; `sh fails`: which must not; `sh server`: in another terminal
    text            right behind such a block: what it prints. `…` stands for anything, alone in a line for any lines
    console         lines that begin with `$ ` are typed, and the others are what they print

A comment `<!-- not run: WHY -->` before a block leaves it out, and `<!-- run: LINE -->` is typed without being shown.
Times and hashes are not compared.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scene import SOURCES, Outcome, Scene

# The page, and the lines that make what it begins with.
DEMO = f"source <(sed -n '/^write_pipeline() {{/,/^}}/p; /^raw_data()/,/^$/p' {SOURCES}/scripts/demo)"
PAGES = {"README.md": "demo", "docs/getting-started.md": "demo", "docs/first-project.md": ""}
PORT = 5000
# README's questions, and the rows of docs/performance.md that answer them: what was measured, and the two commands.
COMPARED = [
    ("what changed? One stage", "status, one stage", "guard status", "dvc status"),
    ("what changed? 100 stages, each with 3 parameters and 3 dependencies", "status, 100 stages × 3 params × 3 deps, warm", "guard status", "dvc status"),
    ("the whole hook before a commit, 100 stages", "hook, 100 stages", "pre-commit hook", "git diff --cached"),
    ("before a push: is the data there? One file of 20,000 changed, S3", "hook, one file of 20,000 changed, S3", "guard hook pre-push", "dvc push"),
    ("the same over SSH", "hook, one file of 20,000 changed, SSH", "guard hook pre-push", "dvc push"),
    ("is each of 20,000 objects there? S3", "check of 20,000 objects, S3", "guard push --no-cache", "dvc data status --not-in-remote --granular"),
    ("the same, when a list is taken for its files", "check of 20,000 objects, S3", "guard push --no-cache", "dvc status -c"),
]


@dataclass
class Block:
    """A part of a page that is typed."""

    line: int
    kind: str
    text: str
    printed: str | None = None


class Session:
    """A terminal: the folder and the variables of one block are there for the next one."""

    def __init__(self, scene: Scene, home: str = "/home/you") -> None:
        """`home`: what a page calls the folder where it begins."""
        self.scene, self.home = scene, home
        self.port = _free_port()
        self.servers: list[subprocess.Popen[bytes]] = []
        self.state = scene.place / "state"
        self.state.write_text(f"cd '{scene.root}'\n")

    def typed(self, script: str) -> Outcome:
        """Runs lines."""
        outcome = self.scene.sh(f"set +u; source {self.state}; trap '{{ export -p; printf \"cd %q\\n\" \"$PWD\"; }} > {self.state}' EXIT\n{self._here(script)}")
        return Outcome(outcome.code, outcome.said.replace(str(self.scene.root), self.home).replace(f":{self.port}", f":{PORT}"))

    def serve(self, script: str) -> str:
        """Runs a server until the end, where a new terminal begins. What is wrong, if anything."""
        log = self.scene.place / f"server-{len(self.servers)}"
        with log.open("wb") as file:
            self.servers.append(subprocess.Popen(
                ["bash", "-c", self._here(script)], cwd=self.scene.root, env=self.scene.environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True))
        deadline = time.monotonic() + 120
        while self.servers[-1].poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10):
                return ""
            time.sleep(0.2)
        return log.read_text(errors="replace")

    def end(self) -> None:
        """Ends the servers, which are this session's own."""
        for server in self.servers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=60)

    def _here(self, script: str) -> str:
        """The page's port may be taken on this machine."""
        return re.sub(rf"\b{PORT}\b", str(self.port), script)


def all_of(place: Path, path: str, *, writes: bool = False) -> Iterator[tuple[str, str]]:
    """Each page in a new folder, the tables of README, and the links of all pages. `writes`: the pages get what was printed."""
    for name, beginning in PAGES.items():
        page = SOURCES / name
        scene = Scene(place / page.stem, path)
        scene.made("git config --global init.defaultBranch main; git config --global advice.detachedHead false")
        if beginning == "demo":
            scene.made(f"{DEMO}; write_pipeline; raw_data 400; git init -q; dvc init -q; dvc add -q data/raw.csv; dvc repro -q; "
                       "git add -A; git commit -qm 'A pipeline and its results'")
        session = Session(scene, "/home/you/churn" if beginning else "/home/you")
        lines = page.read_text(encoding="utf-8").split("\n")
        changes: list[tuple[str, str]] = []
        try:
            for block in blocks(lines):
                for title, complaint, printed in _block(session, block):
                    if printed:
                        changes.append(printed)
                    yield f"{name}:{block.line}: {title}", complaint
        finally:
            session.end()
        if writes:
            text = "\n".join(lines)
            for old, new in changes:
                text = text.replace(old, new, 1)
            page.write_text(text, encoding="utf-8")
    yield from _rules(Session(Scene(place / "rules", path)), writes=writes)
    yield from _measured(writes=writes)
    yield from _links()


def blocks(lines: list[str]) -> Iterator[Block]:
    """The parts of a page that are typed."""
    found: Block | None = None
    skips, number = False, 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if hidden := re.fullmatch(r"<!-- run: (.*) -->", line):
            yield from [found] if found else []
            found = None
            yield Block(number, "hidden", hidden.group(1))
        elif line.startswith("<!-- not run: "):
            skips = True
        elif line.startswith("```"):
            start, kind = number, line[3:].strip()
            while lines[number] != "```":
                number += 1
            text = "\n".join(lines[start:number]) + "\n"
            number += 1
            if kind == "text" and found:
                found.printed = text
            else:
                yield from [found] if found else []
                found = None if skips or kind.split(" ")[0] not in ("sh", "console") else Block(start, kind, text)
            skips = False
        elif line.strip() and found:
            yield found
            found = None
    yield from [found] if found else []


def _block(session: Session, block: Block) -> Iterator[tuple[str, str, tuple[str, str] | None]]:
    """What is wrong with each command, and what it printed in place of what."""
    if block.kind == "sh server":
        yield block.text.strip(), session.serve(block.text), None
    elif block.kind == "console":
        for part in re.split(r"^(?=\$ )", block.text, flags=re.M):
            command, _, printed = part.partition("\n")
            outcome = session.typed(command.removeprefix("$ "))
            fine = matches(printed.strip("\n"), outcome.said.rstrip("\n"))
            # A blank line between commands is the page's own.
            end = "\n\n" if printed.endswith("\n\n") else "\n"
            yield command, "" if fine else f"{outcome.code}\n{outcome.said}", None if fine else (part, f"{command}\n{outcome.said.rstrip()}{end}")
    else:
        outcome = session.typed(block.text)
        ended = outcome.code != 0 if block.kind == "sh fails" else outcome.code == 0
        fine = block.printed is None or matches(block.printed.rstrip("\n"), outcome.said.rstrip("\n"))
        first = block.text.strip().splitlines()[0]
        change = None if fine or block.printed is None else (f"```text\n{block.printed}```", f"```text\n{outcome.said.rstrip()}\n```")
        yield first, "" if ended and fine else f"{outcome.code}\n{outcome.said}", change


def matches(page: str, said: str) -> bool:
    """Whether a page tells what was said."""
    def plain(text: str) -> str:
        timeless = re.sub(r"\b\d+(\.\d+)? m?s\b|\b\d{4}-\d\d-\d\d\b", "<time>", text)
        return re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b", "<hash>", timeless)

    lines = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*?") + r"\n" for line in plain(page).split("\n")]
    return re.fullmatch("".join(lines), plain(said) + "\n") is not None


def _rules(session: Session, *, writes: bool) -> Iterator[tuple[str, str]]:
    """README's table of rules is what `guard rules` lists."""
    page = SOURCES / "README.md"
    listed = re.findall(r"^(\S+) +(error|warning|off) +(.*)$", session.typed("guard rules").said, re.M)
    table = "| rule | default | finds |\n| --- | --- | --- |\n"
    table += "".join(f"| [{rule}](docs/rules/{rule}.md) | {level} | {_coded(finds)} |\n" for rule, level, finds in listed)
    text = page.read_text(encoding="utf-8")
    found = re.search(r"\| rule \| default \| finds \|\n(?:\|.*\n)+", text)
    if writes and found:
        page.write_text(text.replace(found.group(), table), encoding="utf-8")
    yield "README.md: the table of rules", "" if listed and found and found.group() == table else f"it is not that of guard rules (--write writes it): {table}"


def _measured(*, writes: bool) -> Iterator[tuple[str, str]]:
    """What README compares with was measured: its table is made of docs/performance.md, and says its day."""
    measured = (SOURCES / "docs/performance.md").read_text(encoding="utf-8")
    medians: dict[tuple[str, str], str] = {}
    scene = ""
    for name, command, median in re.findall(r"^\| ([^|]*) \| `([^|`]*)` \| ([\d.]+ m?s) \|", measured, re.M):
        scene = name.strip() or scene
        medians[scene, command] = median
    table = "| question | guard | others |\n| --- | ---: | ---: |\n"
    for question, where, own, other in COMPARED:
        table += f"| {question} | `{own}` {medians[where, own]} | `{other}` {medians[where, other]} |\n"
    page = SOURCES / "README.md"
    text = page.read_text(encoding="utf-8")
    head = re.search(r"Measured by `make bench` on \S+ ", text)
    (day,) = re.findall(r"^Machine: .*, (\d{4}-\d\d-\d\d)\.$", measured, re.M)
    found = re.search(r"\| question \| guard \| others \|\n(?:\|.*\n)+", text)
    if writes and head and found:
        page.write_text(text.replace(found.group(), table).replace(head.group(), f"Measured by `make bench` on {day} "), encoding="utf-8")
    fine = head and found and head.group().split()[-1] == day and found.group() == table
    yield "README.md: what is compared", "" if fine else f"it is not that of docs/performance.md (--write writes it): {day}\n{table}"


def _links() -> Iterator[tuple[str, str]]:
    """Every link between pages leads to a file, and to a heading of it."""
    pages = [*SOURCES.glob("*.md"), *sorted((SOURCES / "docs").rglob("*.md"))]
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    slugs = {page: {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)} for page, text in texts.items()}
    for page, text in texts.items():
        wrong = []
        for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
            name, _, title = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            if not re.match(r"\w+:", link) and (not target.exists() or (title and title not in slugs.get(target, set()))):
                wrong.append(link)
        yield f"{page.relative_to(SOURCES)}: links", ", ".join(wrong)


def _coded(text: str) -> str:
    """Names of files as code."""
    return re.sub(r"(?<![\w/])((?:[\w/]*\.?)?(?:dvc\.lock|dvc\.yaml|\.dvc|\.gitignore|\.dvcignore|data/raw))(?![\w/])", r"`\1`", text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
