"""The operator's commands, given what makes no sense: they refuse, and never break."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator
from pathlib import Path

import click

from bench.hostile import values, wire
from bench.hostile.house import House

# They serve until they are told to end, ask about another program's files, or take minutes.
PASSED = {"serve", "worker", "run", "shell", "routes", "db", "load"}
REAL = ("demo", "coordinator@demo.example", "organizer", "America/Los_Angeles", "3")


def list_commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words by which it is called."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if name in PASSED or command is None:
            continue
        if isinstance(command, click.Group):
            yield from list_commands(command, (*path, name))
        else:
            yield (*path, name), command


class Calls:
    """Calls of every command in turn. Files are made in a folder, and none is asked for beyond it."""

    def __init__(self, house: House, folder: Path, chance: random.Random) -> None:
        self._house, self._folder, self._chance = house, folder, chance
        self._commands = list(list_commands(house.app.cli))
        self._turn = 0

    def call(self) -> tuple[str, str | None]:
        """Call the next one: what it was called with, and what is wrong with how it ended."""
        path, command = self._commands[self._turn % len(self._commands)]
        self._turn += 1
        arguments = [*path, *(part for one in command.params for part in self._given(one))]
        typed = "\n".join(self._word() for _ in range(8)).encode("utf-8", "surrogateescape")
        runner = self._house.app.test_cli_runner()
        with self._house.app.app_context():
            told = runner.invoke(args=arguments, input=typed)
        said = f"flask {' '.join(map(repr, arguments))[:600]}"
        if told.exception is None or isinstance(told.exception, SystemExit):
            return said, None
        return said, "".join(traceback.format_exception(told.exception)[-3:])

    def _given(self, one: click.Parameter) -> list[str]:
        if isinstance(one, click.Option):
            if one.name == "help" or (not one.required and self._chance.random() < 0.5):
                return []
            return [one.opts[0]] if one.is_flag else [one.opts[0], self._fitting(one)]
        return [self._fitting(one)]

    def _fitting(self, one: click.Parameter) -> str:
        if isinstance(one.type, click.Choice) and self._chance.random() < 0.7:
            return str(self._chance.choice(list(one.type.choices)))
        if isinstance(one.type, (click.Path, click.File)) or one.name == "source":
            return self._file()
        return self._chance.choice(REAL) if self._chance.random() < 0.5 else self._word()

    def _word(self) -> str:
        """No program is called with a NUL; what is no UTF-8 comes in as a surrogate of Python's own."""
        text = values.nasty(self._chance)[:2_000].replace("\0", "")
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")

    def _file(self) -> str:
        """A file of the folder: a bad one, none, or the folder itself."""
        chance = self._chance
        if chance.random() < 0.2:
            return str(
                chance.choice(
                    (self._folder, self._folder / "nowhere" / "file.csv", self._folder / ("x" * 300))
                )
            )
        called, content = chance.choice(wire.FILES)
        name = "".join(char for char in called if char.isprintable() and char not in "/\\")[:80] or "none"
        path = self._folder / name
        if chance.random() < 0.9:
            path.write_bytes(content)
        else:
            path.unlink(missing_ok=True)
        return str(path)
