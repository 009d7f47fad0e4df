"""Pages to search in that every installation has: what Python, NumPy and SQLAlchemy say about themselves.

Nothing is stored, so the texts are those of the installed versions; the ids are names that all of them share.
"""

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from bot.evaluation.labelled_document import LabelledDocument

SHORTEST = 100
"""Characters; less is a signature in other words."""
MODULES = {
    "Python": """
        argparse array ast asyncio base64 bisect builtins bz2 calendar cmath collections concurrent.futures configparser
        contextlib csv ctypes dataclasses datetime decimal difflib dis enum fileinput fnmatch fractions ftplib functools
        getpass gettext glob graphlib gzip hashlib heapq hmac html http.client http.cookies http.server imaplib inspect
        io ipaddress itertools json linecache locale logging lzma mailbox math mimetypes multiprocessing operator os
        os.path pathlib pdb pickle platform plistlib poplib pprint queue random re reprlib sched secrets select
        selectors shelve shlex shutil signal smtplib socket socketserver sqlite3 ssl statistics string struct subprocess
        sysconfig tarfile tempfile textwrap threading time timeit trace traceback tracemalloc types typing unittest
        unittest.mock urllib.parse urllib.request urllib.robotparser uuid venv warnings wave weakref webbrowser
        xml.dom.minidom xml.etree.ElementTree xmlrpc.client zipfile zipimport zoneinfo
    """,
    "NumPy": "numpy numpy.fft numpy.linalg numpy.random",
    "SQLAlchemy": "sqlalchemy sqlalchemy.orm",
}


def documents() -> list[LabelledDocument]:
    """One of each class and function: its id and title are its name with that of its module."""
    return [
        LabelledDocument(id=name, title=name, text=text, source=source)
        for source, modules in MODULES.items()
        for module in modules.split()
        for name, text in _pages(importlib.import_module(module))
    ]


def _pages(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, described in sorted(vars(module).items()):
        if _is_own(module, name, described):
            text = inspect.getdoc(described) or ""
            if len(text) >= SHORTEST:
                yield f"{module.__name__}.{name}", text


def _is_own(module: ModuleType, name: str, described: Any) -> bool:
    """Under its own name and in its own module: what is imported or has a second name has its page elsewhere."""
    if name.startswith("_") or not callable(described) or getattr(described, "__name__", "") != name:
        return False
    home = str(getattr(described, "__module__", None) or module.__name__)
    listed = name in getattr(module, "__all__", ())
    return _package(home) == _package(module.__name__) or listed


def _package(module: str) -> str:
    """What is written in C says that it is from `_csv`."""
    return module.partition(".")[0].lstrip("_")
