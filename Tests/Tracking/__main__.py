"""guard at real tracking servers on loopback, which are started here and ended here, and read back by the
real client.

    python Tests/Tracking [--only TEXT] [--seed N] [--kills N] …

What a server needs and this machine lacks is said, and skipped.
"""

import argparse
import concurrent.futures
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "Servers")]
os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true"}
os.environ["NO_PROXY"] = "127.0.0.1"
os.environ |= {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3", "MLFLOW_HTTP_REQUEST_TIMEOUT": "60"}

import clones  # noqa: E402
from processes import Missing  # noqa: E402
from servers import SERVERS  # noqa: E402
from stores import Store  # noqa: E402
from stories import Scene, stories  # noqa: E402


def main() -> int:
    """Starts the servers and tells all stories; 0 when all checks hold."""
    options = arguments()
    started = time.monotonic()
    if not os.access(clones.binary(), os.X_OK):
        sys.exit(f"tracking: there is no guard at {clones.binary()}: make build")
    base = Path(tempfile.mkdtemp(prefix="guard-tracking-")).resolve()
    base.chmod(0o755)  # PostgreSQL's user lives below it
    with contextlib.ExitStack() as running:
        stores = start(running, base, options)
        scenes = tell_all(stores, base, options)
    failed = sum(len(scene.complaints) for scene in scenes)
    checks = sum(scene.checks for scene in scenes)
    if failed or options.keep:
        print(f"kept: {base}")
    else:
        shutil.rmtree(base, ignore_errors=True)
    print(
        f"tracking: {len(scenes)} stories at {len(stores)} kinds of stores, seed {options.seed}, {checks} checks, "
        f"{failed} failed, {time.monotonic() - started:.0f} s"
    )
    return 1 if failed or not checks else 0


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tracking", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="only stories with this text in their name")
    parser.add_argument("--server", choices=sorted(SERVERS), action="append", help="only this server")
    parser.add_argument("--seed", type=int, default=None, help="when writers are killed (default: drawn, and printed)")
    parser.add_argument("--kills", type=float, default=1, help="how many times as often they are killed")
    parser.add_argument("--jobs", type=int, default=2, help="stores at which stories are told at the same time")
    parser.add_argument("--keep", action="store_true", help="keep what the servers wrote, not only when something failed")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def start(running: contextlib.ExitStack, base: Path, options: argparse.Namespace) -> list[Store]:
    """Starts what can be started here, all at once, since each takes its time; they end with the stack."""
    names = [name for name in SERVERS if not options.server or name in options.server]

    def one(name: str) -> tuple[contextlib.ExitStack, list[Store]]:
        place = base / name
        place.mkdir()
        stack = contextlib.ExitStack()
        try:
            return stack, stack.enter_context(SERVERS[name](place))
        except Missing as what:
            print(f"skipped: {name}: this machine has no {what}", flush=True)
            return stack, []

    # A server ends with the thread that started it, so the threads must live as long as the servers.
    pool = running.enter_context(concurrent.futures.ThreadPoolExecutor(len(names)))
    stores: list[Store] = []
    for stack, found in pool.map(one, names):
        running.push(stack)
        stores += found
    return stores


def tell_all(stores: list[Store], base: Path, options: argparse.Namespace) -> list[Scene]:
    """The stories of a store one after the other, those of several stores side by side."""

    def at(store: Store) -> list[Scene]:
        return [tell(store, story, base, options) for story in stories(store) if options.only in name(store, story)]

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        return [scene for scenes in pool.map(at, stores) for scene in scenes]


def tell(store: Store, story: object, base: Path, options: argparse.Namespace) -> Scene:
    """One story."""
    title = name(store, story)
    scene = Scene(store, title, options.seed, round(store.kills * options.kills), base / title.replace("/", " "))
    begun = time.monotonic()
    try:
        story(scene)
    except Exception:
        scene.complaints.append(f"the story broke: {traceback.format_exc()}")
    if scene.complaints:
        print(f"FAILED {title}")
        print("\n".join("  " + complaint for complaint in scene.complaints), flush=True)
    print(f"told in {time.monotonic() - begun:.0f} s: {title}", flush=True)
    return scene


def name(store: Store, story: object) -> str:
    """The name of a story, which is also that of its experiment."""
    return f"{store.title}: {story.__name__.replace('_', ' ')}"


if __name__ == "__main__":
    sys.exit(main())
