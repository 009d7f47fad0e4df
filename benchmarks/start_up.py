"""What starting costs: CPU of commands in fresh interpreters, against Python alone and against its largest library.

Each command reads an empty database that is there already. Bytecode is written first, as `pip` and a
first start leave it.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TIMES = 5
YARDSTICKS = {"python -c pass": "pass", "import sqlalchemy": "import sqlalchemy"}
MODULES = ("bot.terminal.commands.cli", "bot.bootstrap", "bot.connection.app")
COMMANDS = (
    "--help",
    "spend",
    "runs",
    "show r_none",
    "docs list",
    "budget list",
    "ledger verify",
    "estimate hello",
    "ask hello --yes",
    "check",
)


def cpu_seconds(folder: Path, *arguments: str) -> float:
    """Of one process with all that it starts; the median of several."""
    return statistics.median(_once(folder, arguments) for _ in range(TIMES))


def _once(folder: Path, arguments: tuple[str, ...]) -> float:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    variables = kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Some end with an exit code of their own: there is no run `r_none`.
    subprocess.run([sys.executable, *arguments], check=False, cwd=folder, env=variables, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        programs = YARDSTICKS | {f"import {name}": f"import {name}" for name in MODULES}
        starts = {name: ("-c", program) for name, program in programs.items()}
        starts |= {f"threadwork {command}": ("-m", "bot", *command.split()) for command in COMMANDS}
        for arguments in starts.values():
            _once(folder, arguments)
        measured = {name: cpu_seconds(folder, *arguments) for name, arguments in starts.items()}
    python, library = (measured[name] for name in YARDSTICKS)
    print(f"{'':28}{'CPU ms':>8}{'× python':>10}{'× import sqlalchemy':>22}")
    for name, seconds in measured.items():
        print(f"{name:28}{seconds * 1000:>8.0f}{seconds / python:>10.1f}{seconds / library:>22.1f}")


if __name__ == "__main__":
    main()
