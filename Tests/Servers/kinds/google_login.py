"""Who lets in nobody without a token: a token service as Google has one, and the emulator behind it.

    python google_login.py PORT EMULATOR ACCOUNT

ACCOUNT is a file of a service account, of whose private key only the public part is used.
"""

import base64
import http.client
import http.server
import json
import sys
import time
import urllib.parse
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

AUDIENCE = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/devstorage.full_control"
# What is between two servers alone (RFC 9110, section 7.6.1), and what the next one writes itself.
OWN_HEADERS = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class Login(http.server.BaseHTTPRequestHandler):
    """Gives out tokens, and passes on what comes with one."""

    protocol_version = "HTTP/1.1"
    emulator: str
    account: dict[str, str]
    tokens: set[str] = set()  # noqa: RUF012: one for all

    def handle_any(self) -> None:
        """One request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/token":
            return self._token({key: value[0] for key, value in urllib.parse.parse_qs(body.decode()).items()})
        # The URL of an upload lets in whoever knows it.
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if (kind, token in self.tokens) != ("Bearer", True) and "upload_id=" not in self.path:
            return self._answer(401, json.dumps({"error": {"code": 401, "message": "Anonymous caller"}}).encode())
        return self._pass_on(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

    def _token(self, form: dict[str, str]) -> None:
        why = self._refusal(form)
        if why:
            return self._answer(400, json.dumps({"error": "invalid_grant", "error_description": why}).encode())
        token = f"ya29.{len(self.tokens)}-{time.monotonic_ns()}"
        self.tokens.add(token)
        return self._answer(200, json.dumps({"access_token": token, "expires_in": 3599, "token_type": "Bearer"}).encode())

    def _refusal(self, form: dict[str, str]) -> str | None:
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return "grant_type"
        head, claims, signature = form["assertion"].split(".")
        key = serialization.load_pem_private_key(self.account["private_key"].encode(), None).public_key()
        try:
            key.verify(_bytes(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return "signature"
        said, now = json.loads(_bytes(claims)), time.time()
        if json.loads(_bytes(head)).get("alg") != "RS256":
            return "alg"
        # Google's libraries say for whom it is by Google's URL, also when they send it elsewhere.
        if said["iss"] != self.account["client_email"] or said["aud"] not in (self.account["token_uri"], AUDIENCE):
            return "iss or aud"
        # An hour at most, and clocks that differ by some minutes.
        if not now - 600 < said["iat"] < now + 600 or not now < said["exp"] <= said["iat"] + 3600:
            return "iat or exp"
        return None if SCOPE in said["scope"].split() else "scope"

    def _pass_on(self, body: bytes) -> None:
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.emulator).netloc, timeout=60)
        headers = {key: value for key, value in self.headers.items() if key.lower() not in OWN_HEADERS | {"host"}}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        headers = [(key, value) for key, value in answer.getheaders() if key.lower() not in OWN_HEADERS]
        own = f"http://{self.headers['Host']}"
        headers = [(key, value.replace(self.emulator, own)) for key, value in headers]
        self._answer(answer.status, content.replace(self.emulator.encode(), own.encode()), headers)
        connection.close()

    def _answer(self, status: int, content: bytes, headers: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        for key, value in [("Content-Type", "application/json")] if headers is None else headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    Login.emulator, Login.account = sys.argv[2], json.loads(Path(sys.argv[3]).read_text())
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Login).serve_forever()
