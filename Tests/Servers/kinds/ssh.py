"""OpenSSH's server, with keys that are made for the tests."""

import contextlib
import getpass
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import processes
from authority import Authority
from processes import Missing
from remotes import Folder, Kind, Remote

PROGRAM = Path("/usr/sbin/sshd")

SERVER = """
ListenAddress 127.0.0.1:{port}
HostKey {base}/host
AuthorizedKeysFile {base}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
MaxStartups 100
Subsystem sftp internal-sftp
"""

# `dvc` reads the file in `HOME`. `ssh` goes by the system's list of users, so it is told.
CLIENT = """
Host *
  UserKnownHostsFile {base}/known
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  IdentityAgent none
"""


@contextlib.contextmanager
def running(base: Path, _: Authority) -> Iterator[list[Kind]]:
    """A server that lets in one key, and an `ssh` that knows the server."""
    if not (os.access(PROGRAM, os.X_OK) and os.access("/usr/bin/ssh", os.X_OK)):
        raise Missing("openssh-server and openssh-client")
    (base / "bin").mkdir()
    for key in ("host", "user", "other"):
        subprocess.run(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", base / key], check=True)
    if os.geteuid() == 0:  # the daemon of a test that root runs wants this folder, as the one of the system
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)

    def command(port: int) -> list[str]:
        (base / "sshd_config").write_text(SERVER.format(base=base, port=port))
        return [str(PROGRAM), "-D", "-e", "-f", str(base / "sshd_config")]

    with processes.running(command, base / "log") as port:
        host = (base / "host.pub").read_text()
        (base / "known").write_text("".join(f"{name} {host}" for name in (f"[127.0.0.1]:{port}", "storage")))
        (base / "bin" / "ssh").write_text('#!/bin/sh\nexec /usr/bin/ssh -F "$HOME/.ssh/config" "$@"\n')
        (base / "bin" / "ssh").chmod(0o755)
        os.environ["PATH"] = f"{base / 'bin'}{os.pathsep}{os.environ['PATH']}"
        yield _kinds(base, port)


def _kinds(base: Path, port: int) -> list[Kind]:
    client = CLIENT.format(base=base)

    def folder(path: str) -> Folder:
        made = Folder(base / "files" / path)
        made.empty()
        return made

    def key(word: str) -> Remote:
        kept = folder(f"{word} a b%41é")
        keys = {"url": f"ssh://127.0.0.1{kept.path}", "port": str(port), "user": getpass.getuser()}
        return Remote(
            keys, kept, {"keyfile": str(base / "user")}, {".ssh/config": client}, refused={"keyfile": str(base / "other")}
        )

    def alias(word: str) -> Remote:
        kept = folder(word)
        login = f"Host storage\n  HostName 127.0.0.1\n  HostKeyAlias storage\n  Port {port}\n  IdentityFile {base}/user\n"
        config = f"{login}  User {getpass.getuser()}\n{client}"
        return Remote({"url": f"ssh://storage{kept.path}"}, kept, home={".ssh/config": config}, refused={"user": "nobody"})

    return [
        Kind("SSH with a key and a port, in a folder with an odd name", key, kills=12),
        Kind("SSH by a name of ~/.ssh/config", alias),
    ]
