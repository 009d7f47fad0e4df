"""Finds the Chromium for the browser tests, or fetches one, and prints its path: `python tests/support/chromium.py`."""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
REMEDY = (
    "The browser tests need Chromium and none could be found or fetched. Install Chromium or Chrome, "
    "or name one: CHROMIUM=<its path> make test"
)


class NoChromium(Exception):
    """No Chromium could be had; the sentence names the remedy."""


def find() -> Path:
    """The one CHROMIUM names, else one on the system, else Debian's package (as root), else playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        if works(Path(named)):
            return Path(named)
        raise NoChromium(f"CHROMIUM names {named}, which does not start. Name a Chromium or Chrome, or unset it.")
    installed = on_system()
    if installed:
        return installed
    # Several test processes may ask at once; the first one installs, the others find what it installed.
    with one_at_a_time():
        ways: tuple[Callable[[], Path | None], ...] = (on_system, debian_package, playwrights_own)
        for way in ways:
            path = way()
            if path:
                return path
    raise NoChromium(REMEDY)


def on_system() -> Path | None:
    apps = [Path("/Applications") / app for app in MAC_APPS] if platform.system() == "Darwin" else []
    found = [Path(path) for path in map(shutil.which, NAMES) if path]
    return next((path for path in [*found, *apps] if works(path)), None)


def works(path: Path) -> bool:
    """Some systems carry a stub of that name which only says how to install a browser."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def debian_package() -> Path | None:
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    if not debian or os.geteuid() != 0:
        return None
    say("No Chromium found: installing Debian's package `chromium` with apt-get.")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
        # Its output goes to standard error: standard output carries nothing but the path.
        if subprocess.run(command, env=quiet, stdout=sys.stderr, check=False).returncode != 0:
            return None
    return on_system()


def playwrights_own() -> Path | None:
    program = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    path = Path(asked.stdout.strip() or "none")
    if not path.exists():
        say("No Chromium found: fetching playwright's own.")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return path if works(path) else None


@contextmanager
def one_at_a_time() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"threadwork-chromium-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(find())
    except NoChromium as none:
        sys.exit(str(none))
