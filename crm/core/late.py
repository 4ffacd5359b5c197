"""What takes long to load and is needed rarely: loaded by the first that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from click import Command, Context
from flask.cli import AppGroup


class LateModule(ModuleType):
    """Stands for a module, and imports it when something of it is asked for.

    Used as `if TYPE_CHECKING: import x`, `else: x = LateModule("x")`, so that types are checked as ever.
    Python's own (`importlib.util.LazyLoader`) is not safe among threads before 3.12.
    """

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self.__name__), name)
        # At the next time as quick as of the module itself.
        setattr(self, name, found)
        return found


class LateCommands(AppGroup):
    """Commands by name, each "module:name", which is imported when it is called or described."""

    def __init__(self, name: str, late: Mapping[str, str], **options: Any) -> None:
        super().__init__(name, **options)
        self._late = late

    def list_commands(self, ctx: Context) -> list[str]:
        """Their names, those added as ever among them."""
        return sorted({*super().list_commands(ctx), *self._late})

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """As Click's."""
        found = super().get_command(ctx, cmd_name)
        if found is None and cmd_name in self._late:
            module, _, name = self._late[cmd_name].partition(":")
            found = getattr(import_module(module), name)
        return found
