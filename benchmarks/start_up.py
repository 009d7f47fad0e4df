"""How long `import bot` and its command line take, each in a fresh interpreter, against Python alone."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAMS = {
    "python": "pass",
    "import bot": "import bot",
    "import bot.cli": "import bot.cli",
    "import bot.bootstrap": "import bot.bootstrap",
    "import bot.app": "import bot.app",
}


def seconds(program: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
    return time.perf_counter() - begun


def main() -> None:
    measured = {name: statistics.median(seconds(program) for _ in range(5)) for name, program in PROGRAMS.items()}
    alone = measured["python"]
    for name, wall in measured.items():
        print(f"{name:24}{wall:>8.2f} s{wall - alone:>10.2f} s over python alone")


if __name__ == "__main__":
    main()
