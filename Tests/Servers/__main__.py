"""guard and the real dvc at real servers on loopback, which are started here and ended here.

    GUARD=path/to/guard python Tests/Servers [--only TEXT] [--seed N] [--kills N] …

What a server needs and this machine lacks is said, and skipped. A failure prints what was said and where the
repository was kept.
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "Conformance")]

import authority  # noqa: E402
import dvc_process  # noqa: E402
import kills  # noqa: E402
import trips  # noqa: E402
import versions  # noqa: E402
from kinds import SERVERS  # noqa: E402
from processes import Missing  # noqa: E402
from remotes import Kind  # noqa: E402
from scene import Scene, binary  # noqa: E402

# The packages that dvc takes when it meets these remotes; a child of this process finds them imported.
PACKAGES = ("dvc_s3", "dvc_gs", "dvc_ssh", "dvc_webdav", "s3fs", "gcsfs", "sshfs", "webdav4.fsspec")


@dataclass(frozen=True)
class Job:
    """One story at one kind of remote."""

    number: int
    kind: Kind
    story: Callable[[Scene], None]

    @property
    def name(self) -> str:
        return f"{self.kind.title}: {self.story.__name__.replace('_', ' ')}"


JOBS: list[Job] = []
BASE: Path


def main() -> int:
    """Starts the servers and tells all stories; 0 when all checks hold."""
    options = arguments()
    started = time.monotonic()
    if not os.access(binary(), os.X_OK):
        sys.exit(f"servers: there is no guard at {binary()}; build it, or name it in GUARD")
    global BASE
    BASE = Path(tempfile.mkdtemp(prefix="guard-servers-")).resolve()
    # gcsfs asks for the kind of a bucket by another protocol, which no emulator speaks: for a minute each time.
    os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"
    dvc_process.preload(PACKAGES)
    with contextlib.ExitStack() as servers:
        kinds = start(servers, options)
        stories = [trips.of_dvc, trips.of_guard, trips.of_a_stranger, trips.of_a_damaged_file]
        pairs = [(kind, story) for kind in kinds if not kind.keeps_versions for story in stories]
        pairs += [(kind, versions.of_moved_files) for kind in kinds if kind.keeps_versions]
        pairs += [(kind, trips.of_a_large_file) for kind in kinds if kind.kills]
        pairs += [(kind, kills.story(round(kind.kills * options.kills), options.seed)) for kind in kinds if kind.kills]
        pairs += [
            (kind, kills.story_in_parts(round(kind.kills_in_parts * options.kills), options.seed))
            for kind in kinds
            if kind.kills_in_parts
        ]
        JOBS[:] = [Job(number, kind, story) for number, (kind, story) in enumerate(pairs)]
        JOBS[:] = [job for job in JOBS if options.only in job.name]
        checks, failed = tell_all(options)
    if not options.keep and not failed:
        shutil.rmtree(BASE, ignore_errors=True)
    print(
        f"servers: {len(JOBS)} stories at {len(kinds)} kinds of remotes, seed {options.seed}, {checks} checks, "
        f"{failed} failed, {time.monotonic() - started:.0f} s"
    )
    return 1 if failed or not checks else 0


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="servers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="only stories with this text in their name")
    parser.add_argument("--server", choices=sorted(SERVERS), action="append", help="only this server")
    parser.add_argument("--seed", type=int, default=None, help="when guard is killed (default: drawn, and printed)")
    parser.add_argument("--kills", type=float, default=1, help="how many times as often it is killed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--keep", action="store_true", help="keep every repository, not only those that failed")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def start(servers: contextlib.ExitStack, options: argparse.Namespace) -> list[Kind]:
    """Starts what can be started here; the servers end with the stack."""
    trusted = authority.make(BASE / "authority")
    kinds: list[Kind] = []
    for name, running in SERVERS.items():
        if options.server and name not in options.server:
            continue
        place = BASE / name
        place.mkdir()
        try:
            kinds += servers.enter_context(running(place, trusted))
        except Missing as what:
            print(f"skipped: {name}: this machine has no {what}", flush=True)
    return kinds


def tell_all(options: argparse.Namespace) -> tuple[int, int]:
    """Spreads the stories over processes; how many checks were made, and how many did not hold."""
    checks = failed = 0
    with multiprocessing.get_context("fork").Pool(max(1, options.jobs)) as pool:
        for index, made, complaints in pool.imap_unordered(tell, range(len(JOBS)), chunksize=1):
            checks += made
            failed += len(complaints)
            if complaints:
                print(f"FAILED {JOBS[index].name}\n  kept in {place_of(JOBS[index])}")
                print("\n".join("  " + complaint for complaint in complaints), flush=True)
    return checks, failed


def tell(index: int) -> tuple[int, int, list[str]]:
    """One story, in a worker."""
    job = JOBS[index]
    scene = None
    try:
        scene = Scene.made(place_of(job), job.kind.remote(f"r{job.number}"), binary())
        job.story(scene)
    except Exception:
        told = scene.complaints if scene else []
        return index, 0, [*told, f"the story broke: {traceback.format_exc()}"]
    return index, scene.checks, scene.complaints


def place_of(job: Job) -> Path:
    """Where the repository of a story lives."""
    return BASE / f"story{job.number:03}"


if __name__ == "__main__":
    sys.exit(main())
