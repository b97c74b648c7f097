"""Servers as processes of these tests: on loopback, at ports that were free, and ended by their id."""

import contextlib
import ctypes
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

SECONDS_TO_START = 180


class Missing(Exception):
    """A package that is not installed: the proofs that need it are skipped, and say so."""


class NoServer(Exception):
    """A server did not start: no verdict on guard."""


@contextlib.contextmanager
def running(command: Callable[[int], list[str]], log: Path, **environment: str) -> Iterator[int]:
    """Runs a server, and gives its port as soon as somebody listens there.

    The port may be taken by another process between the choice and the start: then another one is tried.
    """
    for _ in range(3):
        port = free_port()
        with _process(command(port), log, environment) as process:
            if not _listens(process, port):
                continue
            yield port
            return
    raise NoServer(f"{command(0)[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def asked(url: str, method: str = "GET", body: bytes | None = None, authority: Path | None = None) -> bytes:
    """What a server on loopback answers, whatever proxy the machine has."""
    context = ssl.create_default_context(cafile=str(authority)) if authority else None
    handlers = [urllib.request.ProxyHandler({})] + ([urllib.request.HTTPSHandler(context=context)] if context else [])
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain"}, method=method)
    with urllib.request.build_opener(*handlers).open(request, timeout=30) as answer:
        return answer.read()


@contextlib.contextmanager
def _process(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    with log.open("wb") as messages:
        process = subprocess.Popen(
            command, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=messages, stderr=messages,
            preexec_fn=_end_with_parent,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent() -> None:
    """Linux ends the server when the tests are killed and cannot do it (`PR_SET_PDEATHSIG`)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _listens(process: subprocess.Popen, port: int) -> bool:
    end = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process.poll() is None
        time.sleep(0.02)
    return False
