"""What an operator may write about a server, and that its secrets stay where they were."""

from pathlib import Path

import pytest

from bot.setup.operator_file import OperatorFile, load
from bot.setup.settings import SettingsError

SEEN = {"PATH": "/bin", "HOME": "/home/a", "LANG": "C", "NOTES_TOKEN": "s3cret", "OPENAI_API_KEY": "key", "X": "a\nb"}


def read(tmp_path: Path, text: str) -> OperatorFile:
    file = tmp_path / "threadwork.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, SEEN)


def test_a_process_sees_path_home_and_language_and_what_its_table_names(tmp_path: Path) -> None:
    server = read(tmp_path, '[mcp.notes]\ncommand = ["a", "b"]\nenv = ["NOTES_TOKEN"]').mcp_servers[0]
    assert {"PATH": "/bin", "HOME": "/home/a", "LANG": "C", "NOTES_TOKEN": "s3cret"} == dict(server.environment)
    assert ("a", "b") == server.command


def test_values_may_have_variables_in_them_and_show_in_no_repr(tmp_path: Path) -> None:
    text = '[mcp.notes]\nurl = "https://x.org/mcp"\nheaders = { Authorization = "Bearer ${NOTES_TOKEN}" }'
    server = read(tmp_path, text).mcp_servers[0]
    assert {"Authorization": "Bearer s3cret"} == dict(server.headers)
    assert "s3cret" not in repr(server)
    assert "refused: Bearer ***" == server.redacted("refused: Bearer s3cret")


def test_a_channel_may_use_only_servers_that_are_declared(tmp_path: Path) -> None:
    both = '[mcp.notes]\ncommand = ["a"]\n[channels.T1]\nmcp_servers = ["notes"]'
    assert ("notes",) == read(tmp_path, both).policies.of("T1", "C1").mcp_servers
    assert () == read(tmp_path, both).policies.of("T2", "C1").mcp_servers
    with pytest.raises(
        SettingsError, match=r"channels.T1.mcp_servers names other, and there is no table \[mcp.other\]"
    ):
        read(tmp_path, both.replace('["notes"]', '["other"]'))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "mcp.notes: needs either command or url."),
        ('command = ["a"]\nurl = "https://x.org"', "mcp.notes: needs either command or url."),
        ('url = "http://x.org/mcp"', "mcp.notes.url: uses plain http to another machine"),
        ('url = "https://me:pass@x.org/mcp"', "mcp.notes.url: contains a user name or password."),
        ('url = "ftp://x.org"', "mcp.notes.url: is not an http address"),
        ('command = ["a"]\nheaders = { A = "b" }', "mcp.notes: has headers, which only work with url."),
        (
            'url = "https://x.org"\nenv = ["NOTES_TOKEN"]',
            "mcp.notes: has env, which only works with command.",
        ),
        ('command = ["a"]\nenv = ["NOBODY"]', "mcp.notes: uses NOBODY, which is not set."),
        (
            'command = ["a"]\nenv = { A = "${OPENAI_API_KEY}" }',
            "mcp.notes: uses OPENAI_API_KEY, which is Threadwork's",
        ),
        ('command = ["a"]\nenv = ["X"]', "mcp.notes: uses X, whose value contains line breaks"),
        (
            'command = ["a"]\ntimeout_seconds = 0',
            "mcp.notes.timeout_seconds is 0. It has to be a number from 1 to 300.",
        ),
        ('command = ["a"]\ntolls = ["x"]', "mcp.notes.tolls is not known."),
    ],
)
def test_what_is_wrong_stops_the_start_with_a_line_that_names_it(tmp_path: Path, table: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, f"[mcp.notes]\n{table}\n")
    assert f"{tmp_path / 'threadwork.toml'}: {sentence}" in error.value.sentence


@pytest.mark.parametrize("name", ["Notes", "my_notes", "-a", "a" * 25])
def test_a_server_has_a_name_that_functions_may_carry(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        read(tmp_path, f'[mcp.{name}]\ncommand = ["a"]')
