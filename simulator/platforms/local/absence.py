"""Refusals of calls to an interface that nobody offers at the place called.

An area that does not exist, or speaks another dialect, has no page of its own to answer with: such
calls are answered as the modern interface does, with the fitting status.
"""

from typing import Final

from simulator.errors import (
    SimulatorError,
    UnknownRegionError,
    UnknownRouteError,
    UnknownWorldError,
)
from simulator.platforms.insurer.envelope import EnvelopeDialect
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import Reply

_NOBODY_THERE: Final = (UnknownWorldError, UnknownRegionError, UnknownRouteError)
_ENVELOPE: Final = EnvelopeDialect()


def is_absence(call: Call, error: SimulatorError) -> bool:
    """Whether the call found no area that speaks the dialect."""
    return call.region is None and isinstance(error, _NOBODY_THERE)


def absence(call: Call, error: SimulatorError) -> Reply:
    """The answer to such a call."""
    return _ENVELOPE.refusal(call, error)


def absence_form(kind: type[SimulatorError]) -> RefusalForm | None:
    """What a kind of refusal looks like when it is always one of these; else None.

    `route.unknown` is either: where the dialect is spoken, a path can be unknown as well.
    """
    if not issubclass(kind, (UnknownWorldError, UnknownRegionError)):
        return None
    form = _ENVELOPE.refusal_form(kind)
    return RefusalForm(form.status, form.media_type, form.schema, name="Absence")
