"""The servers, one file each. Each is a context: it gives the kinds of remotes that it has while it runs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from authority import Authority
from kinds import folder, google, s3, ssh, web
from remotes import Kind

Server = Callable[[Path, Authority], AbstractContextManager[list[Kind]]]

SERVERS: dict[str, Server] = {
    "folder": folder.running,
    "s3": s3.running,
    "web": web.running,
    "ssh": ssh.running,
    "google": google.running,
}
