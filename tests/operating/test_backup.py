"""Backups: one file, whole or not, for its owner alone. tests/demo/test_story.py has the drill."""

from __future__ import annotations

import stat

import pytest
import sqlalchemy as sa

from crm.core.db import Base, db
from crm.core.errors import Refused
from crm.operating import sealing
from crm.operating.restoring import restore_backup
from crm.operating.rows import LEFT_OUT
from crm.operating.sealing import Lock, Opener, new_key_pair
from crm.operating.writing import write_backup
from tests import emptying
from tests.makers import make_organization
from tests.operating.drill import dump

PUBLIC, SECRET = new_key_pair()


@pytest.fixture(autouse=True)
def _quick_guesses(monkeypatch):
    monkeypatch.setattr(sealing, "SCRYPT_LOG_N", 4)


def test_a_file_tells_nobody_anything_is_whole_or_not_and_overwrites_nothing(app, coalition, tmp_path):
    make_organization("Dockworkers Local 19")
    db.session.commit()
    path = tmp_path / "one"
    write_backup(path, Lock(passphrase="four words that fit"))
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Dockworkers" not in content
    with pytest.raises(Refused, match="there already"):
        write_backup(path, Lock(passphrase="four words that fit"))

    class Broken(RuntimeError):
        pass

    def breaks(_done, _of):
        raise Broken

    with pytest.raises(Broken):
        write_backup(tmp_path / "two", Lock(public_key=PUBLIC), breaks)
    assert [one.name for one in tmp_path.iterdir()] == ["one"]
    for passphrase in ("short", ""):
        with pytest.raises(Refused, match="at least 12"):
            Lock(passphrase=passphrase)


def test_what_was_damaged_or_is_somebody_elses_changes_nothing(application, app, coalition, tmp_path):
    make_organization("Dockworkers Local 19")
    db.session.commit()
    path, opener = tmp_path / "one", Opener(secret_key=SECRET)
    write_backup(path, Lock(public_key=PUBLIC))
    content = path.read_bytes()
    with pytest.raises(Refused, match="not empty"):
        restore_backup(path, opener)
    db.session.remove()
    emptying.empty(application)
    other = new_key_pair()[1]
    for changed, key, complaint in (
        (content[:-1], SECRET, "cut off or changed"),
        (content[:-30] + bytes([content[-30] ^ 1]) + content[-29:], SECRET, "cut off or changed"),
        (b"PK" + content, SECRET, "no backup of Muster"),
        (content, other, "does not open"),
    ):
        path.write_bytes(changed)
        with pytest.raises(Refused, match=complaint):
            restore_backup(path, Opener(secret_key=key))
    path.write_bytes(content)
    with pytest.raises(Refused, match="for a key"):
        restore_backup(path, Opener(passphrase="four words that fit"))
    assert sum(map(len, dump().values())) == 0


def test_a_file_that_ends_early_in_its_sealing_is_noticed_at_every_length(tmp_path):
    """A piece more or fewer: the last one is marked."""
    for size in (0, 1, sealing.PIECE, sealing.PIECE + 1, 2 * sealing.PIECE):
        path = tmp_path / "pieces"
        with path.open("wb") as file:
            sealer = sealing.Sealer(file, Lock(public_key=PUBLIC))
            sealer.write(b"x" * size)
            sealer.finish()
        with path.open("rb") as file:
            assert b"".join(sealing.open_sealed(file, Opener(secret_key=SECRET))) == b"x" * size
        whole = path.read_bytes()
        head = whole.index(b"\n", len(sealing.MAGIC)) + 1
        for end in range(head, len(whole), sealing.PIECE + sealing.TAG):
            path.write_bytes(whole[:end])
            with path.open("rb") as file, pytest.raises(Refused):
                list(sealing.open_sealed(file, Opener(secret_key=SECRET)))


def test_the_commands_ask_note_and_refuse_in_one_line(application, app, coalition, tmp_path, monkeypatch):
    def run(*arguments, typed=""):
        db.session.commit()
        result = app.test_cli_runner().invoke(args=[*map(str, arguments)], input=typed)
        db.session.rollback()
        return result.exit_code, result.stdout, result.stderr

    replayed = []
    monkeypatch.setattr("crm.operating.restoring.replay_erasures", lambda lines: replayed.extend(lines))
    erased = tmp_path / "erased"
    erased.write_text("one\ntwo\n")
    key, one, two = tmp_path / "key", tmp_path / "one", tmp_path / "two"
    code, public, _err = run("backup-key", key)
    assert (code, stat.S_IMODE(key.stat().st_mode)) == (0, 0o600)
    assert run("backup-key", key)[0] == 1
    assert run("backup", one, "--to", public.strip())[0] == 0
    words = "four words that fit"
    assert run("backup", two, "--passphrase-stdin", typed=f"{words}\n")[0] == 0
    noted = sa.text("SELECT count(*) FROM audit_entry WHERE action = 'backup.make'")
    assert db.session.scalar(noted) == 2
    code, _out, err = run("restore", one, "--key", key)
    assert (code, "not empty" in err, err.count("\n")) == (1, True, 1)
    db.session.remove()
    emptying.empty(application)
    code, _out, err = run("restore", two, "--passphrase-stdin", typed="another that is long\n")
    assert (code, "does not open" in err) == (1, True)
    code, _out, err = run("restore", two, "--erasures", erased, "--passphrase-stdin", typed=f"{words}\n")
    assert (code, err, replayed) == (0, "", ["one", "two"])
    # The second was begun when the first was noted.
    assert db.session.scalar(noted) == 1


def test_what_no_backup_holds_is_there_to_be_left_out():
    assert set(Base.metadata.tables) >= LEFT_OUT


def test_what_is_no_text_is_told_in_a_line(app, coalition, tmp_path):
    written, picture = tmp_path / "backup", tmp_path / "key"
    written.write_bytes(b"anything")
    picture.write_bytes(b"\x89PNG\xff")
    for arguments in (["--key", str(picture)], ["--passphrase-stdin"]):
        told = app.test_cli_runner().invoke(args=["restore", str(written), *arguments], input=b"\xff\xfe\n")
        assert (told.exit_code, told.output.splitlines()[-1]) == (
            1,
            "Error: What was typed, or a file of text, is no UTF-8.",
        )
