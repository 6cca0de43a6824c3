"""The gate of a server: who comes in, how often, into which workspace."""

import asyncio
from functools import partial
from urllib.parse import unquote

from political_monitoring.access.auditing import Auditor, Note
from political_monitoring.access.callers import LOCAL, Caller, Role
from political_monitoring.access.keyring import Keyring
from political_monitoring.access.keys import FORM, Key, open_keys
from political_monitoring.access.limits import RateLimits
from political_monitoring.clock import Clock, utc_now
from political_monitoring.errors import KeyRefused, NotPermitted, PolmonError, RateExceeded, UserError
from political_monitoring.settings import Settings
from political_monitoring.workspace_names import workspace_name

REFUSED = (
    "This server demands a valid key: send it as 'Authorization: Bearer polmon_...'. "
    "Whoever runs the server makes one with `polmon keys create`."
)
"""The same, whatever was wrong."""
_NAMES_OF_KEYS = {"api_key", "api-key", "apikey", "access_token", "authorization", "key"}
"""As which clients put keys into URLs."""


class Gate:
    """Lets requests in. Without a keyring everybody is at this machine and may do everything.

    Args:
        keyring: the keys; None: none is demanded.
        auditor: records who asked what; None: nobody does.
        clock: the present.
        workspace: that of the settings, for the record.
    """

    def __init__(
        self,
        keyring: Keyring | None = None,
        auditor: Auditor | None = None,
        clock: Clock = utc_now,
        workspace: str = "",
    ) -> None:
        self._keyring = keyring
        self._limits = RateLimits()
        self._workspace = workspace
        self._reading = asyncio.Lock()
        self.auditor = auditor
        self.clock = clock

    async def admit(self, note: Note, shown: str, workspace: str, role: Role) -> Caller:
        """Who asks; the note then says which workspace answers.

        Args:
            note: is told whose key it is, also when that is refused.
            shown: the key, empty: none.
            workspace: that is asked for; empty: the key's first, else the settings'.
            role: that it takes.

        Raises:
            KeyRefused: no valid key.
            RateExceeded: the key has asked more often than it may.
            NotPermitted: its role or its workspaces do not allow it.
            UserError: no workspace can have that name.
            StoreUnavailable: the keys cannot be read.
        """
        caller = LOCAL
        if self._keyring is not None:
            key = await self._valid(self._keyring, note, shown)
            if seconds := self._limits.spend(key.id, key.rate):
                raise RateExceeded(
                    f"This key may send {key.rate.replace('/', ' requests per ')}; try again in {seconds} s.",
                    seconds,
                )
            caller = key.caller
        note.workspace = _workspace_of(caller, workspace) or self._workspace
        if not caller.may(role):
            raise NotPermitted(f"This key's role is {caller.role}; this takes the role {role}.")
        return caller

    async def knows(self, shown: str) -> bool:
        """Whether a valid key is shown, or none is demanded; counts for nothing."""
        if self._keyring is None:
            return True
        try:
            await self._valid(self._keyring, Note(), shown)
        except PolmonError:
            return False
        return True

    def close(self) -> None:
        """Write what waits to be written, and let go of the database."""
        if self.auditor is not None:
            self.auditor.close()
        if self._keyring is not None:
            self._keyring.close()

    async def _valid(self, keyring: Keyring, note: Note, shown: str) -> Key:
        async with self._reading:  # a slow database holds one thread, not one for each request
            if keyring.stale:
                await asyncio.to_thread(keyring.refresh)
        if claimed := keyring.claimed(shown):
            note.key_id = claimed.id
        key = keyring.valid(shown)
        if key is None:
            raise KeyRefused(REFUSED)
        return key


def open_gate(settings: Settings, clock: Clock = utc_now) -> Gate:
    """The gate that the settings ask for. Opens nothing before the first request."""
    return Gate(
        Keyring(partial(open_keys, settings, clock), clock) if settings.keys_demanded else None,
        Auditor(settings, clock) if settings.audited else None,
        clock,
        settings.graph.workspace,
    )


def _workspace_of(caller: Caller, wanted: str) -> str:
    if not wanted:
        return caller.workspaces[0] if caller.workspaces else ""
    try:
        name = workspace_name(wanted)
    except ValueError as error:
        raise UserError(str(error)) from None
    if caller.workspaces and name not in caller.workspaces:
        raise NotPermitted(f"This key may not read the workspace {name!r}.")
    return name


def refuse_key_in(query: str) -> None:
    """Make sure that no key stands in a URL's query, which logs and histories keep.

    Raises:
        UserError: one does.
    """
    named = {part.partition("=")[0].casefold() for part in unquote(query).split("&")}
    if FORM.search(unquote(query)) or named & _NAMES_OF_KEYS:
        raise UserError(
            "A key does not belong in a URL, where logs keep it: send it as 'Authorization: Bearer ...', "
            "and revoke the one that stood there."
        )
