"""The rules of the house that a machine can see: who imports whom, how long things are, what no file may name."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
ROOMS = ("orchestration", "storage", "bot")
"""From the inside out: a room imports itself and those before it."""

FLOORS = (
    {"values"},
    {"rules"},
    {"llm", "money"},
    {"context"},
    {"tools", "evidence", "query_vector", "indexing"},
    {"agents"},
    {"roles"},
    {"strategies"},
    {"routing"},
    {"run"},
)
"""Inside `orchestration`, from the ground up: a floor imports itself and those below."""

ONLY_IN = {
    "openai": ("orchestration/llm/openai_compatible/model.py",),
    "genai_prices": ("orchestration/money/prices.py",),
    "snowballstemmer": ("orchestration/values/words.py",),
    "tenacity": ("orchestration/agents/chat.py",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "sqlite3": ("storage/",),
    "slack_bolt": ("bot/",),
    "slack_sdk": ("bot/",),
    "typer": ("bot/",),
    "rich": ("bot/",),
    "aiohttp": ("bot/", "orchestration/llm/openai_compatible/model.py", "orchestration/tools/web/"),
    "trafilatura": ("orchestration/tools/web/", "storage/converter/"),
    "protego": ("orchestration/tools/web/",),
    "matplotlib": ("bot/terminal/",),
    "pypdfium2": ("storage/converter/pdf.py",),
    "mammoth": ("storage/converter/word.py",),
    "markdownify": ("storage/converter/markup.py",),
    "pptx": ("storage/converter/slides.py",),
    "openpyxl": ("storage/converter/sheets.py",),
    "mcp": ("orchestration/tools/mcp/",),
    "mcp_types": ("orchestration/tools/mcp/",),
    "httpx2": ("orchestration/llm/openai_compatible/", "orchestration/tools/mcp/web.py"),
    "markdown_it": ("bot/outgoing/export.py",),
    "numpy": ("storage/search/nearest.py",),
}
"""A library and the only places that import it."""

FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "models", "misc"}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)} imports relatively"
            module = node.module or ""
            # `from orchestration import prices` names the module in the second half.
            yield from (f"{module}.{alias.name}" for alias in node.names) if module in ROOMS else [module]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def floor(module: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if module in names)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name] or sources(*ROOMS)
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="ignore")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_itself_and_the_rooms_inside_it(room: str) -> None:
    forbidden = set(ROOMS[ROOMS.index(room) + 1 :])
    wrong = [f"{place(path)}: {name}" for path in sources(room) for name in imports(path)]
    assert [line for line in wrong if line.split(": ")[1].split(".")[0] in forbidden] == []


def test_storage_sees_of_the_research_only_its_values() -> None:
    wrong = [
        f"{place(path)}: {name}"
        for path in sources("storage")
        for name in imports(path)
        if name.startswith("orchestration") and name.split(".")[1] != "values"
    ]
    assert wrong == []


def test_inside_the_research_imports_go_down() -> None:
    wrong = []
    for path in sources("orchestration"):
        mine = path.relative_to(ROOT).with_suffix("").parts[1]
        if mine == "__init__":
            continue
        for name in imports(path):
            if name.startswith("orchestration.") and floor(name.split(".")[1]) > floor(mine):
                wrong.append(f"{place(path)}: {name}")
    assert wrong == []


def modules() -> dict[str, Path]:
    """By dotted name; a package's `__init__` has the name of its folder."""
    found = {}
    for path in sources(*ROOMS):
        name = place(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        found[name] = path
    return found


def arrows() -> Iterator[tuple[Path, Path]]:
    """Who imports whom, lazy imports and those for types included."""
    known = modules()
    for path in known.values():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                full = [f"{node.module}.{alias.name}" for alias in node.names]
                names = [name if name in known else node.module or "" for name in full]
            else:
                continue
            yield from ((path, known[name]) for name in names if name in known and known[name] != path)


def circle(edges: set[tuple[str, str]]) -> list[str]:
    """A way that ends where it began, or nothing."""
    try:
        tuple(TopologicalSorter(_by_origin(edges)).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def _by_origin(edges: set[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for origin, target in edges:
        found.setdefault(origin, set()).add(target)
    return found


def test_no_folder_imports_in_a_circle() -> None:
    """What lies at a floor's root counts as a folder of its own."""

    def room(path: Path) -> str:
        return place(path) if path.parent.parent == ROOT else place(path.parent)

    assert circle({(room(one), room(other)) for one, other in arrows() if room(one) != room(other)}) == []


def test_no_file_imports_in_a_circle() -> None:
    assert circle({(place(one), place(other)) for one, other in arrows()}) == []


def test_a_circle_would_be_found() -> None:
    assert sorted(set(circle({("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")}))) == ["a", "b", "c"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_floor_keeps_at_most_twelve_modules_at_its_root(room: str) -> None:
    assert len(list((ROOT / room).glob("*.py"))) <= 12


def test_only_the_composition_root_knows_the_offline_model() -> None:
    offline = "orchestration/llm/offline/"
    users = {place(one) for one, other in arrows() if place(other).startswith(offline)}
    assert {user for user in users if not user.startswith(offline)} == {"bot/bootstrap.py"}


def test_there_is_one_stemmer_and_one_list_of_stop_words() -> None:
    defined = re.compile(r"^(?:def _?stem(?:med)?\b|_?STOP(?:_?WORDS?)?(?:_TEXT)?\b\s*[:=])", re.MULTILINE)
    kept = [path for path in sources(*ROOMS) if "/migrations/" not in place(path)]
    assert {place(path) for path in kept if defined.search(text_of(path))} == {"orchestration/values/words.py"}


def test_a_library_is_imported_only_where_it_belongs() -> None:
    wrong = [
        f"{place(path)}: {name}"
        for path in sources(*ROOMS)
        for name in imports(path)
        if not place(path).startswith(ONLY_IN.get(name.split(".")[0], ("",)))
    ]
    assert wrong == []


def test_only_the_settings_read_the_environment() -> None:
    wrong = []
    for path in sources(*ROOMS):
        for node in ast.walk(tree(path)):
            reads = isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
            takes = isinstance(node, ast.ImportFrom) and any(name.name in {"environ", "getenv"} for name in node.names)
            if (reads or takes) and place(path) != "bot/setup/settings.py":
                wrong.append(place(path))
    assert wrong == []


def test_only_the_outbox_posts_and_opens_views() -> None:
    wrong = []
    for path in sources("bot"):
        if place(path) == "bot/outgoing/outbox.py" or place(path).startswith("bot/simulator/"):
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
            by_method = name.startswith(("chat_", "views_"))
            by_name = name == "api_call" and str(first).startswith(("chat.", "views."))
            says = isinstance(node.func, ast.Name) and node.func.id == "say"
            if by_method or by_name or says:
                wrong.append(f"{place(path)}:{node.lineno}")
    assert wrong == []


def test_no_file_passes_350_lines_and_half_stay_under_120() -> None:
    """A migration is written once and read by nobody: its length is that of the tables it makes."""
    kept = [path for path in sources(*ROOMS, "benchmarks") if "migrations/versions" not in place(path)]
    lengths = {place(path): lines(path) for path in kept}
    assert {name: count for name, count in lengths.items() if count > 350} == {}
    assert statistics.median(lines(path) for path in sources(*ROOMS) if lines(path) > 1) <= 120


def test_no_function_passes_60_lines_and_half_stay_under_10() -> None:
    lengths = {f"{place(path)}:{node.name}": length(node) for path in sources(*ROOMS) for node in functions(path)}
    assert {name: count for name, count in lengths.items() if count > 60} == {}
    ordered = sorted(lengths.values())
    assert statistics.median(ordered) <= 10
    assert ordered[len(ordered) * 9 // 10] <= 30


def test_no_function_takes_more_than_five_parameters() -> None:
    """Constructors of services count too; what needs more takes a value with fields.

    A command's parameters are what its users type, so there each is an option of its own.
    """
    wrong = []
    for path in sources(*ROOMS):
        for node in functions(path):
            if place(path).startswith("bot/terminal/") and "typer." in ast.unparse(node.args):
                continue
            taken = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            if len([name for name in taken if name not in ("self", "cls")]) > 5:
                wrong.append(f"{place(path)}:{node.name}")
    assert wrong == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [place(path) for path in sources(*ROOMS, "tests") if path.stem in FORBIDDEN_NAMES] == []


def test_no_tracked_file_names_a_package_registry() -> None:
    hosts = re.compile(
        "|".join((r"pypi\.org/simple", r"files\.python" + "hosted", r"registry\.npm" + r"js", "--index" + "-url"))
    )
    allowed = re.compile("--no-emit" + "-index-url")
    wrong = [place(path) for path in tracked() if hosts.search(allowed.sub("", text_of(path)))]
    assert wrong == []


def test_no_tracked_file_names_a_folder_of_somebodys_machine() -> None:
    homes = re.compile(rf"(?<![\w./-])(?:{re.escape(ROOT.as_posix())}|/root|/home/[a-z]+|/Users/[A-Za-z]+)/")
    assert [place(path) for path in tracked() if homes.search(text_of(path))] == []


def test_the_lock_files_agree_with_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for file, wanted in (
        ("requirements.txt", [*project["dependencies"], *extras["build"]]),
        ("requirements-dev.txt", [*project["dependencies"], *extras["dev"]]),
    ):
        pins = locked(file)
        for requirement in map(Requirement, wanted):
            versions = pins.get(canonicalize_name(requirement.name), [])
            assert versions, f"{file} lacks {requirement.name}"
            assert all(version in requirement.specifier for version in versions), f"{file}: {requirement}"


def test_both_lock_files_pin_the_same_versions() -> None:
    dev = locked("requirements-dev.txt")
    assert {name: pin for name, pin in locked("requirements.txt").items() if dev.get(name) != pin} == {}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_a_hash_and_no_line_is_an_option(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    entries = re.sub(r"\\\n\s*", " ", text).splitlines()
    pins = [entry for entry in entries if entry and not entry.lstrip().startswith("#")]
    assert [entry for entry in pins if "--hash=sha256:" not in entry or entry.startswith("-")] == []


def locked(file: str) -> dict[str, list[str]]:
    """Canonical name → pinned versions; a name may have one for each range of Pythons."""
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", (ROOT / file).read_text("utf-8"), re.MULTILINE):
        pins.setdefault(canonicalize_name(name), []).append(version)
    return pins


def test_the_tests_mirror_the_folders() -> None:
    stray = [
        place(path)
        for room in ROOMS
        for path in sources(f"tests/{room}")
        if not (ROOT / path.relative_to(ROOT / "tests")).parent.is_dir()
    ]
    assert stray == []


HOUSE = ROOT / "docs" / "house.md"


def test_the_map_of_the_house_names_only_what_is_there() -> None:
    named = re.findall(r"`((?:bot|storage|orchestration|tests)/[\w./]*)`", text_of(HOUSE))
    assert len(named) > 50
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_map_of_the_house_leaves_no_room_out() -> None:
    rooms = {f"{place(path.parent)}/" for path in sources(*ROOMS) if path.parent != ROOT}
    assert sorted(room for room in rooms if f"`{room}`" not in text_of(HOUSE)) == []
