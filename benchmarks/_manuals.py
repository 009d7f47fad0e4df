"""Manuals of packages as documents, from the source archives that pip fetches and checks by their hashes."""

import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.labelled_document import LabelledDocument


@dataclass(frozen=True, slots=True)
class Manual:
    source: str
    release: str
    sha256: str
    pages: str
    """Folder of the archive, and how its pages end."""
    left_out: tuple[str, ...]
    """What old releases changed, and lists of other people's packages: thousands of words about everything."""


MANUALS = (
    Manual(
        "Django",
        "django==5.2.19",
        "ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1",
        "docs/*.txt",
        ("releases/", "internals/contributing/", "_"),
    ),
    Manual(
        "Flask",
        "flask==3.1.3",
        "0ef0e52b8a9cd932855379197dd8f94047b359ca0a78695144304cb45f87c9eb",
        "docs/*.rst",
        (),
    ),
    Manual(
        "pytest",
        "pytest==9.2.0",
        "97c4f3b1f3c7414aa36465e09b8220f1d03627993bd51b1282e193753c80557b",
        "doc/en/*.rst",
        ("announce/", "changelog", "reference/plugin_list"),
    ),
    Manual(
        "Scrapy",
        "scrapy==2.19.0",
        "34130726582b64c91531162ab277c4053e558876d49ba219cb43679e71d80a87",
        "docs/*.rst",
        ("news",),
    ),
)

ASKED_ONCE = (
    Manual(
        "Huey",
        "huey==3.5.4",
        "328f5a2dd1406621e5edb17d45655ae232ad9f32c0795ca8dc0bfc121dd7b30c",
        "docs/*.rst",
        ("changes",),
    ),
    Manual(
        "APScheduler",
        "apscheduler==3.11.3",
        "cd2fcc9330039a81a5893472ad49facf23a6d5604cbe1d918c835c6de7834d5a",
        "docs/*.rst",
        ("versionhistory",),
    ),
)
"""For questions that were written before anything was tried on these pages."""

ASKED_LATER = (
    Manual(
        "marshmallow",
        "marshmallow==4.4.0",
        "9e6ffa8511012ca89732324c1c253efd7b4d35632dcbdf80aa793fe01804af3e",
        "docs/*.rst",
        ("upgrading", "changelog"),
    ),
    Manual(
        "peewee",
        "peewee==4.5.3",
        "434576afaf806428a01f84af74c42fde59372c4f6a6eba26d9b5372113344a8a",
        "docs/peewee/*.rst",
        ("changes",),
    ),
)
"""The same, once more."""

_UNDERLINE = re.compile(r"([=\-~^\"`*+#'.])\1{2,}\s*$")
_ROLE = re.compile(r":[\w:-]+:`[~!]?([^`<]*?)(?: ?<[^>]*>)?`")
_NOT_SHOWN = re.compile(r"\s*\.\. (_|index|versionadded|currentmodule|module|highlight)")


def documents(folder: Path, manuals: tuple[Manual, ...] = MANUALS) -> list[LabelledDocument]:
    """Fetched into the folder where they are not there yet. Raises CalledProcessError where pip cannot."""
    return [document for manual in manuals for document in _of(manual, folder)]


def _of(manual: Manual, folder: Path) -> Iterator[LabelledDocument]:
    under, pattern = manual.pages.rsplit("/", 1)
    root = _unpacked(manual, folder) / under
    for path in sorted(root.rglob(pattern)):
        name = path.relative_to(root).with_suffix("").as_posix()
        if not name.startswith(manual.left_out or "\0"):
            text = markdown(path.read_text())
            title = re.search(r"^# (.*)$", text, re.MULTILINE)
            yield LabelledDocument(
                id=f"{manual.source.lower()}/{name}", title=title[1] if title else name, text=text, source=manual.source
            )


def _unpacked(manual: Manual, folder: Path) -> Path:
    name = manual.release.replace("==", "-")
    if not (folder / name).is_dir():
        pinned = folder / f"{name}.txt"
        pinned.write_text(f"{manual.release} --hash=sha256:{manual.sha256}\n")
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download", "--dest", str(folder))
        kind = ("--no-deps", "--no-binary", ":all:", "--require-hashes", "--requirement", str(pinned))
        subprocess.run((*pip, *kind), check=True)
        with tarfile.open(folder / f"{name}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return folder / name


def markdown(text: str) -> str:
    """reStructuredText with Markdown's headings, by which the library cuts pages, and without the marks of roles."""
    lines, shown, levels = text.split("\n"), list[str](), list[str]()
    at = 0
    while at < len(lines):
        heading, style, height = _heading(lines[at : at + 3])
        if height:
            if style not in levels:
                levels.append(style)
            shown.append("#" * (levels.index(style) + 1) + " " + _ROLE.sub(r"\1", heading).replace("``", ""))
        elif not _NOT_SHOWN.match(lines[at]):
            shown.append(_ROLE.sub(r"\1", lines[at]))
        at += height or 1
    return "\n".join(shown)


def _heading(lines: list[str]) -> tuple[str, str, int]:
    """Its text, how it is marked, and how many lines it takes: none where there is no heading."""
    first, second, third = (*lines, "", "")[:3]
    if _UNDERLINE.match(first) and second.strip() and _UNDERLINE.match(third):
        return second.strip(), f"over {first[0]}", 3
    if first.strip() and not first.startswith(" ") and _UNDERLINE.match(second) and len(second) >= len(first) - 1:
        return first.strip(), f"under {second[0]}", 2
    return "", "", 0
