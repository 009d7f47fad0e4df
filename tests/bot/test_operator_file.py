"""What `threadwork.toml` may say, and what is said where it is wrong."""

from pathlib import Path

import pytest
from yarl import URL

from bot.operator_file import load
from bot.settings import SettingsError


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
        ("[channels.default]\nallow = 1", "channels.default.allow is not known"),
        ("[channel.default]\n", "channel is not known"),
        ("[channels.C045EF6GH]\nweb = false", r'Write \[channels."TEAM/C045EF6GH"\]'),
        ("[channels.'T1/']\nweb = false", "is no place"),
        ('[channels.default]\nallowed_domains = ["https://a.example/"]', "without scheme or path"),
        ("[channels.default]\nnewest_days = 0", "newest_days"),
        ("[channels", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load(written(tmp_path, text))
