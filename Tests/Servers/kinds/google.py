"""Google's storage by gcp-storage-emulator, which lets everybody in."""

import contextlib
import json
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import processes
from authority import Authority
from remotes import Kind, Remote

BUCKET = "data"


@dataclass(frozen=True)
class Prefix:
    """A store that is a part of a bucket."""

    url: str
    prefix: str

    def files(self) -> dict[str, bytes]:
        names = [found["name"] for found in self._listed() if found["name"].startswith(self.prefix)]
        return {name[len(self.prefix) :]: self._content(name) for name in names}

    def remove(self, path: str) -> None:
        processes.asked(f"{self.url}/storage/v1/b/{BUCKET}/o/{urllib.parse.quote(self.prefix + path, safe='')}", "DELETE")

    def _listed(self) -> list[dict]:
        return json.loads(processes.asked(f"{self.url}/storage/v1/b/{BUCKET}/o")).get("items", [])

    def _content(self, name: str) -> bytes:
        path = urllib.parse.quote(name, safe="")
        return processes.asked(f"{self.url}/download/storage/v1/b/{BUCKET}/o/{path}?alt=media")


@contextlib.contextmanager
def running(base: Path, _: Authority) -> Iterator[list[Kind]]:
    """The emulator, with one bucket in memory."""
    program = Path(sys.executable).with_name("gcp-storage-emulator")

    def command(port: int) -> list[str]:
        fixed = ["--host", "127.0.0.1", "--in-memory", "--default-bucket", BUCKET]
        return [str(program), "start", "--port", str(port), *fixed]

    with processes.running(command, base / "log") as port:
        url = f"http://127.0.0.1:{port}"

        def remote(word: str) -> Remote:
            keys = {"url": f"gs://{BUCKET}/{word}/a b+c%41é", "endpointurl": url, "allow_anonymous_login": "true"}
            return Remote(keys, Prefix(url, f"{word}/a b+c%41é/"))

        yield [Kind("Google's storage, in a prefix with an odd name", remote)]
