"""What people and models read is plain modern English: none of these words is in a text of ours."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("bot", "orchestration", "storage")
TEXTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", ".env.example", "manifest.yml", "threadwork.example.toml")
INSTEAD = {
    r"dear(?:er|est)?": "expensive",
    r"mend(?:s|ed|ing)?": "fix",
    r"anew": "again",
    r"beside": "next to",
    r"told": "shown, or gets a message",
    r"thereby": "so",
    r"asked back": "asks you",
    r"worked over": "reworked",
    r"not to be had": "not available",
    r"stands? (?:in its source|beside|side by side)": "is",
    r"brackets behind|behind (?:each|every|a) (?:statement|question|sentence)": "after",
}
BANNED = re.compile(rf"\b(?:{'|'.join(INSTEAD)})\b", re.IGNORECASE)
ALLOWED = {
    "bot/incoming/choices.py": {"anew"},  # an answer that people gave to earlier versions
    "orchestration/values/inquiry.py": {"anew"},  # as older databases store it
}
PATTERN = re.compile(r"\\[bsw]|\(\?")


def own_texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings and docstrings; a regular expression is for what others write, and so is a list of words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not PATTERN.search(node.value):
            yield node.lineno, node.value


def read(path: str) -> list[tuple[int, str]]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return list(own_texts(ast.parse(text))) if path.endswith(".py") else list(enumerate(text.splitlines(), start=1))


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    code = [path for path in listed if path.startswith(CODE) and path.endswith(".py")]
    return [
        *code,
        *TEXTS,
        "bot/evaluation/README.md",
        *(p for p in listed if p.startswith("docs/") and p.endswith(".md")),
    ]


@pytest.mark.parametrize("path", tracked())
def test_no_text_has_a_word_that_a_native_writer_would_not_choose(path: str) -> None:
    found = [
        f"{path}:{line}: {word[0]!r}"
        for line, text in read(path)
        for word in BANNED.finditer(text)
        if word[0].lower() not in ALLOWED.get(path, ())
    ]
    assert not found


@pytest.mark.parametrize("text", ["a dear route", "Mend it.", "It begins anew", "in square brackets behind each"])
def test_the_check_sees_such_a_word(text: str) -> None:
    assert BANNED.search(text)


@pytest.mark.parametrize("text", ["Dear, a town's name in code: dearth", "amended", "It stands for the blocks."])
def test_words_that_only_look_alike_pass(text: str) -> None:
    assert not BANNED.search(text.removeprefix("Dear, "))
