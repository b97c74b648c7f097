"""A repository in which everything that somebody else may name is named to do harm."""

import hashlib
import json
import os
import random
import subprocess
from functools import cached_property
from pathlib import Path

SUBJECT = "::error file=x::not mine %0A | `a` <script>alert(1)</script> @everyone #1 ##[error]no ##vso[task.complete result=Succeeded] ]]> https://x.invalid"
KEYS = ["lr", "a|b`c", "]]>&<b>", "x,y: %41::z", "![i](http://x.invalid/i)"]
# What means something to somebody. DVC takes dots and brackets of keys apart, so they are in the other names.
TOKENS = (
    "` `` ``` | \\ \\| <b> </td> <!-- --> * ** _ ~~ ( ) http://x @a @ #1 !2 ~l & &amp; &#64; &lt; $x$ % %0A %25 "
    ":: : , ; ::error:: ##( {{ }} = + - > ' \" a b1 é \u202e \u200b \U0001f600 / // ://"
).split(" ")


def random_keys(count: int) -> list[str]:
    """Keys put together by chance, the same each time."""
    draw = random.Random(2026)
    return ["k" + "".join(draw.choices([*TOKENS, " ", "\t"], k=draw.randint(1, 9))) + f"{index}" for index in range(count)]


KEYS += random_keys(36)
STAGE = """tr<ain onload='x'>"&]]>"""
FILES = [
    "we ird,:%41|<b>`.bin",
    "new\nline\r::warning::x.bin",
    "é\u202e.bin",
    "@everyone www.x.invalid.bin",
    "::stop-commands::x.bin",
    "##vso[task.complete result=Succeeded].bin",
    "%2e%2e/..-up?#f.bin",
]
BYTES = b"not-utf8-\xff.bin"
FORMATS = ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"]


def quoted(value: object) -> str:
    """A value as YAML takes it, which knows no pairs of surrogates."""
    return json.dumps(value, ensure_ascii=False)


class Scene:
    """The repository, and the reports on it."""

    def __init__(self, place: Path, guard: Path) -> None:
        self.place = place
        self.guard = guard
        self.root = place / "repository"
        self.root.mkdir(parents=True)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
            "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
            "LC_ALL": "C.UTF-8",
        }
        self._build()

    # What is in it

    def _build(self) -> None:
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "a")
        self.git("config", "user.email", "a@b.invalid")
        self.git("remote", "add", "origin", "https://user:secret@forge.invalid/team/model.git")
        self.file(".dvc/config", "")
        self.file(".guard.yml", "rules: {data/large-file: {limit: 100 B, except: ['*.lock', '*.yaml', '*.json']}}\n")
        self.file("train.py", "print(1)\n")
        self.file("metrics.json", '{"acc": 0.5}\n')
        self._parameters({key: 1 for key in KEYS})
        self._pipeline()
        self.commit("base")
        for name in FILES:
            self.file(name, "x" * 200)
        (self.root / os.fsdecode(BYTES)).write_bytes(b"x" * 200)
        self._parameters({key: f"{key} ::error::\u2028 </details>" for key in KEYS})
        self.commit(SUBJECT)
        self.file("train.py", "print(2)\n")
        self.file("metrics.json", '{"acc": 0.75}\n')
        self.commit("waived\n\nGuard-Skip: lock/deps why @all | <b>\nGuard-Skip: lock/outs why\n")
        self._parameters({key: f"{key} ::error::\u2028 </details>" for key in KEYS[1:]} | {KEYS[0]: 1})
        self.commit("mends one")

    def _parameters(self, values: dict[str, object]) -> None:
        lines = [f"{quoted(key)}: {quoted(value)}\n" for key, value in values.items()]
        self.file("params.yaml", "".join(lines))

    def _pipeline(self) -> None:
        stage = {
            "cmd": "python train.py",
            "deps": ["train.py", "https://data.invalid/a|b.csv"],
            "params": KEYS,
            "metrics": [{"metrics.json": {"cache": False}}],
        }
        self.file("dvc.yaml", quoted({"stages": {STAGE: stage}}))
        lock = {
            "cmd": stage["cmd"],
            "deps": [
                {"path": "https://data.invalid/a|b.csv", "etag": "a1b2c3"},
                {"path": "train.py", **self._hash("train.py")},
            ],
            "params": {"params.yaml": {key: 1 for key in KEYS}},
            "outs": [{"path": "metrics.json", **self._hash("metrics.json")}],
        }
        self.file("dvc.lock", quoted({"schema": "2.0", "stages": {STAGE: lock}}))

    def _hash(self, name: str) -> dict[str, object]:
        content = (self.root / name).read_bytes()
        return {"hash": "md5", "md5": hashlib.md5(content).hexdigest(), "size": len(content)}

    def file(self, name: str, text: str) -> None:
        """Writes a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def commit(self, message: str) -> None:
        """Commits all that is there."""
        self.git("add", "-A")
        self.git("commit", "-q", "--cleanup=verbatim", "-m", message)

    def git(self, *words: str) -> str:
        """What git answers."""
        done = subprocess.run(
            ["git", *words], cwd=self.root, env=self.environment, check=True, capture_output=True, timeout=60
        )
        return done.stdout.decode()

    # What guard says of it

    def check(self, *words: str, code: int = 1) -> bytes:
        """What `guard check` prints of the range."""
        return self.run("check", "--range", "main~3..main", *words, code=code)

    def run(self, *words: str, code: int = 0) -> bytes:
        """What guard prints."""
        done = subprocess.run(
            [self.guard, *words], cwd=self.root, env=self.environment, capture_output=True, timeout=60
        )
        if done.returncode != code:
            raise AssertionError(f"{words}: exit code {done.returncode}: {done.stderr.decode()}")
        return done.stdout

    @cached_property
    def reports(self) -> dict[str, bytes]:
        """All formats, written by one run."""
        words = []
        for name in FORMATS[1:]:
            words += ["--report", f"{name}={self.place / name}"]
        text = self.check(*words)
        return {"text": text} | {name: (self.place / name).read_bytes() for name in FORMATS[1:]}

    @cached_property
    def document(self) -> dict:
        """The JSON, which the others are held against."""
        return json.loads(self.reports["json"])

    @cached_property
    def page(self) -> bytes:
        """The page about the range."""
        return self.run("report", "main~3..main", "-o", "-")

    @property
    def introduced(self) -> list[dict]:
        """All findings that count, in their order."""
        return [finding for commit in self.document["commits"] for finding in commit["findings"]]
