"""Who is asking."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["reader", "analyst", "operator"]
"""A reader asks, an analyst also has sessions and capsules of others, an operator also changes things."""

ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a key, or whoever is at this machine.

    Attributes:
        key_id: of the key, which is no secret; empty: no key was needed.
        name: for people.
        workspaces: those that may be read; empty: all.
    """

    key_id: str
    name: str
    role: Role
    workspaces: tuple[str, ...] = ()

    def may(self, role: Role) -> bool:
        """Whether the caller may do what takes this role."""
        return ROLES.index(self.role) >= ROLES.index(role)


LOCAL = Caller("", "this machine", "operator")
"""Whoever reaches a server that listens on loopback."""
