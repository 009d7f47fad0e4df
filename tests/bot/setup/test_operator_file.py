"""What `threadwork.toml` may say, and what is said where it is wrong."""

from pathlib import Path

import pytest
from yarl import URL

from bot.setup.operator_file import load
from bot.setup.settings import SettingsError


def written(folder: Path, text: str) -> Path:
    path = folder / "threadwork.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_everything_public_is_admitted(tmp_path: Path) -> None:
    policy = load(tmp_path / "nowhere.toml").policies.of("T1", "C1")
    assert (True, True, False) == (policy.web, policy.admits("example.org"), policy.trusts("example.org"))


def test_the_closer_table_counts_whole(tmp_path: Path) -> None:
    text = (
        '[channels.default]\nweb = false\n[channels.T1]\nnewest_days = 9\n[channels."T1/C1"]\ndenied_domains = ["a.b"]'
    )
    policies = load(written(tmp_path, text)).policies
    assert (False, None) == (policies.of("T2", "C1").web, policies.of("T2", "C1").newest_days)
    assert (True, 9) == (policies.of("T1", "C2").web, policies.of("T1", "C2").newest_days)
    assert (None, ("a.b",)) == (policies.of("T1", "C1").newest_days, policies.of("T1", "C1").denied_domains)


def test_a_domain_covers_its_subdomains_however_it_is_written(tmp_path: Path) -> None:
    text = (
        '[channels.default]\nallowed_domains = ["*.Example.ORG.", "bücher.example"]\ndenied_domains = ["x.example.org"]'
    )
    policy = load(written(tmp_path, text)).policies.default
    hosts = ("example.org", "WWW.example.org.", "a.x.example.org", "notexample.org", "xn--bcher-kva.example")
    assert [True, True, False, False, True] == [policy.admits(host) for host in hosts]


@pytest.mark.parametrize("domain", ["straße.example", "ς.example", "例え.example"])
def test_a_domain_is_read_as_the_addresses_are_that_are_compared_with_it(tmp_path: Path, domain: str) -> None:
    policy = load(written(tmp_path, f'[channels.default]\ndenied_domains = ["{domain}"]')).policies.default
    host = URL(f"https://www.{domain}/page").raw_host
    assert host is not None
    assert (False, True) == (policy.admits(host), policy.admits("strasse.example"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[channels.default]\nallowed_domain = 1",
            "channels.default.allowed_domain is not known. Write allowed_domains, if that is meant",
        ),
        ("[channels.default]\nwebb = true", "channels.default.webb is not known. Write web, if that is meant"),
        ("[channel.default]\n", "channel is not known. Write channels, if that is meant"),
        ("[model.x]\n", "model is not known. Remove it; docs/sources.md lists all."),
        ("channels = 3", "channels is 3. It has to be tables, as in [channels.default]"),
        (
            "[channels]\ndefault = true",
            "channels.default is true or false. Write [channels.default] and its keys below.",
        ),
        ("[channels.C045EF6GH]\nweb = false", 'Write [channels."TEAM/C045EF6GH"]'),
        ("[channels.'T1/']\nweb = false", "is not a place"),
        ("[channels.default]\nweb = 3", "channels.default.web is 3. It has to be true or false."),
        (
            "[channels.default]\nallowed_domains = 'a.b'",
            'allowed_domains is a text. It has to be a list of domains, as in ["example.org"].',
        ),
        ("[channels.default]\ndenied_domains = [1]", "channels.default.denied_domains holds 1. It has to be a list"),
        ("[channels.default]\nallowed_domains = []", "allowed_domains: is empty, which would allow every host. List"),
        ('[channels.default]\nallowed_domains = ["https://a.example/"]', "has 'https://a.example/', which is not a"),
        ("[channels.default]\nnewest_days = -1", "newest_days is -1. It has to be a whole number of days from 1 to"),
        ("[channels.default]\nnewest_days = 1.5", "newest_days is 1.5. It has to be a whole number of days"),
        ("[channels.default]\nnewest_days = 99999", "newest_days is 99999. It has to be a whole number of days"),
        ("[mcp.a]\ncommand = 'x'", 'mcp.a.command is a text. It has to be a list of words, as in ["wiki-server"'),
        ("[mcp.a]\ncommand = ['x']\nenv = { A = 31415926 }", "mcp.a.env.A is a number. env has to be a list of names"),
        ("[mcp.a]\ncommand = ['x']\nenv = 'A'", "mcp.a.env is a text. It has to be a list of names"),
        ("[mcp.a]\ncommand = ['x']\ntimeout_seconds = 'x'", "timeout_seconds is a text. It has to be a number from 1"),
        (
            "[mcp.Bad_Name]\ncommand = ['x']",
            "mcp.Bad_Name is not a valid name for a server. Use up to 24 of a-z, 0-9 and -.",
        ),
        (
            "[mcp.a]\nurl = 'https://x.org'\nheaders = { 'a b' = 'x' }",
            'mcp.a.headers."a b" is not a valid name for a header. Use letters, digits and -.',
        ),
        ("[channels", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_said_once_with_its_place_and_what_to_write(tmp_path: Path, text: str, sentence: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as error:
        load(path, {})
    (line,) = error.value.lines
    assert line.startswith(f"{path}: ")
    assert sentence in line


def test_what_is_no_text_file_is_said_in_words(tmp_path: Path) -> None:
    latin, folder = tmp_path / "latin.toml", tmp_path / "folder.toml"
    latin.write_bytes("# Düsseldorf".encode("latin-1"))
    folder.mkdir()
    for path, sentence in (
        (latin, "is not UTF-8 (at byte 4). Save it as UTF-8."),
        (folder, "is a folder. Write a file of this name, or remove the folder."),
        (latin / "below.toml", "cannot be read (Not a directory). Give the user who starts Threadwork read access."),
    ):
        with pytest.raises(SettingsError) as error:
            load(path)
        assert error.value.lines == (f"{path}: {sentence}",)


def test_the_byte_order_mark_of_some_editors_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "threadwork.toml"
    path.write_text("[channels.default]\nweb = false", encoding="utf-8-sig")
    assert load(path).policies.default.web is False
