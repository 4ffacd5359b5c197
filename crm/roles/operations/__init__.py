"""Naming the roles of an event, and taking and giving them back."""

from crm.roles.operations.needs import (
    RoleNeed,
    add_role,
    add_usual_roles,
    carry_roles,
    change_role,
    remove_role,
    restore_role,
)
from crm.roles.operations.retention import forget_names
from crm.roles.operations.takings import Taker, release_role, retake_role, take_role

__all__ = [
    "RoleNeed",
    "Taker",
    "add_role",
    "add_usual_roles",
    "carry_roles",
    "change_role",
    "forget_names",
    "release_role",
    "remove_role",
    "restore_role",
    "retake_role",
    "take_role",
]
