"""A user's own folder of Markdown, added beside the running bot, is answered from, revised and approved in a thread."""

from pathlib import Path

import pytest
from office import Office
from transcript import ANA, Talk, answered, filled, pressed, said, told

PAGES = {
    "vendors/acme.md": "# Acme\n\n## Support\n\nThe support of Acme answers within four hours on working days.\n\n"
    "## Price\n\nThe price of Acme is 40 euros a seat and month.\n",
    "vendors/borealis.md": "# Borealis\n\n## Support\n\nThe support of Borealis answers within one day.\n",
    "vendors/notes.txt": "The vendors were called for the first time on 3 March 2026.\n",
    "vendors/.hidden.md": "# Hidden\n\nAcme is bankrupt.\n",
    "vendors/logo.png": "no text",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PAGES.items():
        page = tmp_path / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")
    return tmp_path / "vendors"


async def test_a_folder_is_asked_about_revised_and_approved(office: Office, talk: Talk, folder: Path) -> None:
    async with office.bot():
        code, out, err = await office.terminal("docs", "add", folder.name, "--team", talk.slack.team_id)
        assert code == 1, err
        assert out == "3 added or changed, 0 unchanged, 1 skipped.\n"
        assert "logo.png" in err
        await talk.play(
            said(ANA, "Compare Acme and Borealis on support and price"),
            answered("board", "Supervisor · 2 workers"),
            answered("answer/v1", "within four hours", "40 euros a seat", "within one day", "Sources", "Acme"),
            answered("notes/v1", "N1"),
            pressed(ANA, "request_revisions"),
            filled(ANA, "N1"),
            answered("answer/v2", "What changed in version 2", "N1"),
            answered("answer/v2", "Unchanged since version 1: Acme."),
            pressed(ANA, "approve"),
            told(ANA, "Approved."),
            answered("board", "Approved"),
        )
    assert "bankrupt" not in talk.written()
