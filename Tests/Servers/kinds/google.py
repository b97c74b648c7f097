"""Google's storage by gcp-storage-emulator, which lets everybody in, and behind a server of ours that does not."""

import contextlib
import json
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import processes
from authority import Authority
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from remotes import Kind, Remote

BUCKET = "data"
LOGIN = Path(__file__).with_name("google_login.py")


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

    def write(self, path: str, content: bytes) -> None:
        name = urllib.parse.quote(self.prefix + path, safe="")
        processes.asked(f"{self.url}/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name={name}", "POST", content)

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

        with _login(base, url) as kinds:
            yield [Kind("Google's storage, in a prefix with an odd name", remote), *kinds]


@contextlib.contextmanager
def _login(base: Path, url: str) -> Iterator[list[Kind]]:
    """A way to a token. The endpoint is this machine's alone: guard sends a token to no other.

    There is none for gcloud's login of a user: Google's libraries ask for its token at Google, whatever the file says.
    """
    account = base / "account.json"

    def command(port: int) -> list[str]:
        _write(account, _service_account(port))
        return [sys.executable, str(LOGIN), str(port), url, str(account)]

    with processes.running(command, base / "login.log") as port:
        endpoint = {"endpointurl": f"http://127.0.0.1:{port}"}
        stranger = base / "stranger.json"
        _write(stranger, json.loads(account.read_text()) | {"private_key": _private_key()})

        def service(word: str) -> Remote:
            secrets = endpoint | {"credentialpath": str(account)}
            keys, refused = {"url": f"gs://{BUCKET}/{word}"}, {"credentialpath": str(stranger)}
            return Remote(keys, Prefix(url, f"{word}/"), secrets, refused=refused)

        yield [Kind("Google's storage by the key of a service account", service)]


def _service_account(port: int) -> dict[str, str]:
    return {
        "type": "service_account", "project_id": "tests", "private_key_id": "1", "private_key": _private_key(),
        "client_email": "tester@tests.iam.gserviceaccount.com", "token_uri": f"http://127.0.0.1:{port}/token",
    }  # fmt: skip


def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _write(file: Path, content: dict[str, str]) -> None:
    file.write_text(json.dumps(content))
