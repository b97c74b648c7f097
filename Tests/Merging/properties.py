"""What must hold of every merge."""

import os
import re
import subprocess
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from records import Records, expected, rewritten, written

NAME = {"lock": "dvc.lock", "pointer": "data.dvc"}
CONFLICT = re.compile(r"<<<<<<< ours\n(.*?)=======\n(.*?)>>>>>>> theirs\n", re.S)


def merge(guard: Path, place: Path, kind: str, base: str, ours: str, theirs: str) -> tuple[int, str, str]:
    """Exit code, merged text and what was said."""
    files = []
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        files.append(place / name)
        files[-1].write_bytes(text.encode())
    done = subprocess.run([guard, "merge-driver", *files, NAME[kind]], cwd=place, capture_output=True, text=True, check=False)
    if files[0].read_bytes().decode() != base or files[2].read_bytes().decode() != theirs:
        return 99, "", "it wrote another file than %A"
    if sorted(p.name for p in place.iterdir()) != ["base", "ours", "theirs"]:
        return 99, "", "it left a file behind"
    return done.returncode, files[1].read_bytes().decode(), done.stderr


def all_of(guard: Path, place: Path, seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Judges random merges of both kinds; then what is not DVC's."""
    scratch = place / "files"
    scratch.mkdir()
    conflicts = clean = 0
    for kind in ("lock", "pointer"):
        for number in range(count):
            title = f"{kind} {seed}+{number}"
            records = Records(seed + number, kind)
            others = records.others()
            entries = records.three()
            base, ours, theirs = (written(records.document(side, others)) for side in entries)
            code, merged, said = merge(guard, scratch, kind, base, ours, theirs)
            left, right, names = expected(*entries)
            sides = [written(records.document(side, others)) for side in (left, right)]
            conflicts += bool(names)
            clean += not names
            yield title, judged(code, merged, said, names, sides)
            yield f"{title}: symmetric", symmetric(merge(guard, scratch, kind, base, theirs, ours), code, merged)
            # What guard does there does not depend on the documents: some are enough.
            for one, other, third, result in () if number % 10 else ((base, base, ours, ours), (base, ours, base, ours), (base, ours, ours, ours)):
                outcome = merge(guard, scratch, kind, one, other, third)
                yield f"{title}: identity", "" if outcome == (0, result, "") else f"{outcome}"
    yield "both kinds of outcome are met", "" if conflicts > count / 4 and clean > count / 4 else f"{conflicts}, {clean}"
    yield from refusals(guard, scratch)


def judged(code: int, merged: str, said: str, names: list[str], sides: list[str]) -> str:
    """Why the merge is not right; empty when it is."""
    if "line by line" in said:
        return f"refused: {said}"
    if code != (1 if names else 0):
        return f"exit code {code}, conflicts {names}: {said}"
    if len(CONFLICT.findall(merged)) != len(names) or said.count(": error: ") != len(names):
        return f"conflicts {names}, but: {said}{merged}"
    lines = merged.split("\n")
    for line in re.findall(r"^\S+:(\d+): error: ", said, re.M):
        if lines[int(line) - 1] != "<<<<<<< ours":
            return f"no conflict begins in line {line}: {merged}"
    for place, side in enumerate(sides, start=1):
        text = CONFLICT.sub(lambda found, place=place: found.group(place), merged)
        # A section that loses its last entry is for a person to take out.
        text = re.sub(r"^(stages|outs):\n(?=\Z|\w)", lambda m: m.group(1) + (": {}\n" if m.group(1) == "stages" else ": []\n"), text, flags=re.M)
        if text != side:
            return f"not what DVC writes:\n{text}\n--- but\n{side}"
        if rewritten(text) != text:
            return f"DVC would write it anew:\n{text}"
    return ""


def symmetric(outcome: tuple[int, str, str], code: int, merged: str) -> str:
    """Why the sides, given the other way round, tell something else; empty when they do not."""
    if outcome[0] != code:
        return f"exit codes {code} and {outcome[0]}"
    turned = CONFLICT.sub(lambda m: f"<<<<<<< ours\n{m.group(2)}=======\n{m.group(1)}>>>>>>> theirs\n", outcome[1])
    return "" if sorted(turned.split("\n")) == sorted(merged.split("\n")) else f"{turned}\n--- but\n{merged}"


def refusals(guard: Path, place: Path) -> Iterator[tuple[str, str]]:
    """What is not laid out as DVC lays it out is merged by lines, and guard says so."""
    lock = "schema: '2.0'\nstages:\n  a:\n    cmd: x\n  b:\n    cmd: y\n  c:\n    cmd: z\n  d:\n    cmd: v\n"
    ours, theirs = lock.replace("cmd: x", "cmd: ours"), lock.replace("cmd: v", "cmd: theirs")
    both = ours.replace("cmd: v", "cmd: theirs")
    cases = {
        "CRLF": [text.replace("\n", "\r\n") for text in (lock, ours, theirs, both)],
        "a duplicate key": [text.replace("  b:", "  c:") for text in (lock, ours, theirs, both)],
        "another schema": [text.replace("2.0", "3.0") for text in (lock, ours, theirs, both)],
        "no schema": [text.replace("schema: '2.0'\n", "") for text in (lock, ours, theirs, both)],
        "a lock of one line": [text.replace("  d:\n    cmd: ", "  d: {cmd: ").replace("v\n", "v}\n").replace("theirs\n", "theirs}\n")
                               .replace("stages:\n", "stages: {\n").replace(":\n", ": \n") + "}" for text in (lock, ours, theirs, both)],
        "two documents": ["---\n" + text for text in (lock, ours, theirs, both)],
        "no YAML": [text.replace("  b:", "  b: [") for text in (lock, ours, theirs, both)],
        "an anchor": [text.replace("cmd: v", "cmd: &id001 v").replace("cmd: theirs", "cmd: &id001 theirs") for text in (lock, ours, theirs, both)],
        "conflict markers": [text.replace("  b:", "<<<<<<< x\n  b:") for text in (lock, ours, theirs, both)],
    }
    for title, (base, one, other, result) in cases.items():
        code, merged, said = merge(guard, place, "lock", base, one, other)
        fine = code == 0 and merged == result and said.startswith("dvc.lock: warning: merged line by line")
        yield f"refused: {title}", "" if fine else f"{code}: {said}{merged}"
    code, merged, said = merge(guard, place, "lock", *(t.replace("2.0", "3.0") for t in (lock, ours, ours.replace("ours", "mine"))))
    fine = code == 1 and "<<<<<<< ours" in merged and "there are conflicts" in said
    yield "refused: a conflict by lines", "" if fine else f"{code}: {said}{merged}"
    commented = [text.replace("  b:", "  # about b\n  b:").replace("cmd: z", "cmd: z # why") + "# end\n" for text in (lock, ours, theirs, both)]
    outcome = merge(guard, place, "lock", *commented[:3])
    yield "comments stay", "" if outcome == (0, commented[3], "") and rewritten(outcome[1]) == outcome[1] else f"{outcome}"
    yield from imports(guard, place)
    yield from datasets(guard, place)


def imports(guard: Path, place: Path) -> Iterator[tuple[str, str]]:
    """The checksum of an import belongs to its source and its output."""
    base = "md5: aaa\nfrozen: true\ndeps:\n- path: x\n  md5: bbb\nouts:\n- md5: ccc\n  path: x\n"
    ours, theirs = base.replace("aaa", "aa1").replace("ccc", "cc1"), base.replace("bbb", "bb2")
    code, merged, said = merge(guard, place, "pointer", base, ours, theirs)
    fine = code == 1 and merged == f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n" and "cc1" in said
    yield "an import that both sides changed", "" if fine else f"{code}: {said}{merged}"
    other = base.replace("frozen: true", "frozen: true\ndesc: why")
    outcome = merge(guard, place, "pointer", base, ours, other)
    right = (0, other.replace("aaa", "aa1").replace("ccc", "cc1"), "")
    yield "an import that one side changed", "" if sorted(outcome[1]) == sorted(right[1]) and outcome[0] == 0 else f"{outcome}"


def datasets(guard: Path, place: Path) -> Iterator[tuple[str, str]]:
    """Datasets of a lock are merged by their names."""
    base = "schema: '2.0'\ndatasets:\n- name: a\n  version: 1\n- name: b\n  version: 1\nstages:\n  s:\n    cmd: x\n"
    ours, theirs = base.replace("a\n  version: 1", "a\n  version: 2"), base.replace("b\n  version: 1", "b\n  version: 3").replace("cmd: x", "cmd: y")
    both = ours.replace("b\n  version: 1", "b\n  version: 3").replace("cmd: x", "cmd: y")
    outcome = merge(guard, place, "lock", base, ours, theirs)
    yield "datasets of both sides", "" if outcome == (0, both, "") and rewritten(both) == both else f"{outcome}"
    code, merged, said = merge(guard, place, "lock", base, ours, base.replace("version: 1", "version: 4"))
    fine = code == 1 and "dataset 'a', not in the same way" in said and "version: 2 in ours, 4 in theirs" in said and merged.count("<<<<<<<") == 1
    yield "a dataset that both changed", "" if fine else f"{code}: {said}{merged}"
    first = base.replace("datasets:\n- name: a\n  version: 1\n- name: b\n  version: 1\n", "")
    outcome = merge(guard, place, "lock", "", first, base.replace("  s:", "  t:"))
    whole = base.replace("  s:\n    cmd: x\n", "  s:\n    cmd: x\n  t:\n    cmd: x\n")
    yield "locks without a common one", "" if outcome[0] == 0 and sorted(outcome[1].split("\n")) == sorted(whole.split("\n")) else f"{outcome}"
