"""What reading files costs: ordinary ones, bombs, a folder of Markdown, and how late the event loop is meanwhile.

CPU and memory are those of the child process, for the memory at least what this program had when it made the child.
"late" is how long the loop kept a timer of 5 ms waiting, p99 and worst.
"""

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from foreign_files import docx, paragraph, pdf, pdf_bomb, pptx, word_table, xlsx, xlsx_bomb  # noqa: E402

from bot.clock import SystemClock  # noqa: E402
from bot.local_files.files import Audience, Shelf  # noqa: E402
from storage.engine.opening import open_database  # noqa: E402
from storage.library.conversion import Conversion  # noqa: E402
from storage.library.file_reader import FileReader  # noqa: E402
from storage.library.library import Library  # noqa: E402
from storage.library.unreadable import Unreadable  # noqa: E402

TICK_SECONDS = 0.005
PAGES = 200
_CHOICE = random.Random(1)
_WORDS = [f"word{number}" for number in range(4000)]


def sentences(many: int) -> list[str]:
    return [" ".join(_CHOICE.choices(_WORDS, k=12)) + "." for _ in range(many)]


def page() -> str:
    return "\n".join(sentences(40))


def html(many: int) -> bytes:
    body = "".join(f"<h2>Part {n}</h2><p>{' '.join(sentences(8))}</p>" for n in range(many))
    return f"<html><head><title>Report</title></head><body><main>{body}</main></body></html>".encode()


def word() -> bytes:
    parts = (paragraph(f"Part {n}", "Heading1") + paragraph(" ".join(sentences(8))) for n in range(200))
    return docx("".join(parts) + word_table([[str(n), "a", "b"] for n in range(200)]))


FILES: dict[str, Callable[[], bytes]] = {
    "pdf, 1 page": lambda: pdf([page()]),
    "pdf, 100 pages": lambda: pdf([page() for _ in range(100)]),
    "pdf, 1,000 pages": lambda: pdf([page() for _ in range(1000)]),
    "word, 200 parts": word,
    "powerpoint, 50 slides": lambda: pptx([(f"Slide {n}", "\n".join(sentences(5))) for n in range(50)]),
    "excel, 1,000 rows": lambda: xlsx({"S": [[n, *sentences(1), n / 7, "x", "y"] for n in range(1000)]}),
    "excel, 20,000 rows": lambda: xlsx({"S": [[n, *sentences(1), n / 7, "x", "y"] for n in range(20_000)]}),
    "csv, 20,000 rows": lambda: "".join(f"{n},{sentences(1)[0]},{n / 7}\n" for n in range(20_000)).encode(),
    "html, 50 KB": lambda: html(50),
    "html, 500 KB": lambda: html(500),
    "bomb: pdf, memory": pdf_bomb,
    "bomb: excel, CPU": xlsx_bomb,
}
SUFFIX = {"csv": ".csv"}


async def converted(name: str) -> dict[str, object]:
    data = FILES[name]()
    lateness: list[float] = []
    watch = asyncio.create_task(late(lateness))
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        text = (await Conversion().convert(data, f"a{SUFFIX.get(name.split(',')[0], '')}")).text
        outcome = f"{len(text):,} characters"
    except Unreadable as error:
        outcome = type(error).__name__
    wall, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    watch.cancel()
    lateness.sort()
    return {
        "size": len(data),
        "cpu": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        "wall": wall,
        "memory": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6,
        "late": [lateness[int(len(lateness) * 0.99)] * 1000, lateness[-1] * 1000] if lateness else [0.0, 0.0],
        "outcome": outcome,
    }


async def late(lateness: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        lateness.append(time.perf_counter() - begun - TICK_SECONDS)


async def folder() -> None:
    with tempfile.TemporaryDirectory() as made:
        for number in range(PAGES):
            parts = "\n\n".join(f"## Part {n}\n\n{' '.join(sentences(12))}" for n in range(6))
            (Path(made) / f"{number}.md").write_text(f"# Page {number}\n\n{parts}\n")
        clock = SystemClock()
        database = await open_database(f"sqlite:///{made}/bench.db", clock=clock)
        library = Library(database, clock)
        shelf = Shelf(library, FileReader(library, Conversion()), Audience("T1"))
        for what in ("added", "added again"):
            wall, cpu = time.perf_counter(), time.process_time()
            outcome = await shelf.add([Path(made)])
            chunks = sum(one.document.chunks for one in outcome.added)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            speed = f"{chunks / cpu:.0f} chunks a second of CPU"
            print(f"{PAGES} pages {what}: {chunks} chunks, {cpu:.2f} s CPU, {wall:.2f} s, {speed}")
        await database.close()


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(asyncio.run(converted(sys.argv[1]))))
        return
    print(f"{'file':24}{'KB':>8}{'CPU s':>8}{'wall s':>8}{'MB':>6}{'late ms':>16}  outcome")
    for name in FILES:
        said = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True)
        row = json.loads(said.stdout)
        lateness = f"{row['late'][0]:.0f} / {row['late'][1]:.0f}"
        figures = f"{row['size'] / 1000:>8,.0f}{row['cpu']:>8.2f}{row['wall']:>8.2f}{row['memory']:>6.0f}{lateness:>16}"
        print(f"{name:24}{figures}  {row['outcome']}", flush=True)
    asyncio.run(folder())


if __name__ == "__main__":
    main()
