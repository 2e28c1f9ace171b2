"""The others this record exchanges with, each as a row of words: who, how, what waits."""

from typing import NamedTuple

from db.domain.errors import GridDeskError
from db.stick.standing import Standing, ends_of, lacking
from db.sync.peers import Peer
from desktop.exchange import HUB, Exchange, hub_text, peer_text
from desktop.i18n import describe, instant
from desktop.language import say
from desktop.lines import LineState, PeerState

SKEW_SHOWN_MS = 120_000
"""Below it nobody need know."""
_NONE = "—"


class Row(NamedTuple):
    """One other. `id` is its site's, `HUB` for the hub, empty for an address nobody answers at.

    `site` is its site's id where that is known: who may be given the room's key.
    """

    id: str
    site: str
    cells: tuple[str, ...]
    tip: str = ""
    has_line: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.cells[0]


def rows(exchange: Exchange, known: Standing | None, now: int) -> list[Row]:
    """Return the hub, the workstations of the room, then whom only sticks reach."""
    state = exchange.state
    found = [_hub_row(exchange, state, known, now)]
    found += [_room_row(exchange, peer, known, now) for peer in state.peers]
    listed = {row.site for row in found}
    if known is not None:
        found += [_stick_row(peer, known) for peer in known.peers if peer.id not in listed]
    return found


def troubles(state: LineState) -> list[tuple[str, GridDeskError]]:
    """Return what stayed behind on every line, each with the name of the line."""
    found = [(say("区级交换"), error) for error in state.troubles]
    return found + [(peer.name, error) for peer in state.peers for error in peer.line.troubles]


def skewed(state: LineState) -> list[tuple[str, int]]:
    """Return whose clocks differ so much that it has to be told, and by how many milliseconds."""
    lines = [(say("区级"), state), *((peer.name, peer.line) for peer in state.peers)]
    return [
        (name, line.skew_ms)
        for name, line in lines
        if line.is_up and abs(line.skew_ms) > SKEW_SHOWN_MS
    ]


def skew_text(skew_ms: int) -> str:
    """Return how another clock stands to this one."""
    if abs(skew_ms) <= SKEW_SHOWN_MS:
        return say("一致")
    minutes = abs(skew_ms) // 60_000
    return say("▲ 快 {} 分").format(minutes) if skew_ms > 0 else say("▲ 慢 {} 分").format(minutes)


def _hub_row(exchange: Exchange, state: LineState, known: Standing | None, now: int) -> Row:
    hub = known.hub if known else None
    name = hub.name if hub else say("区级交换")
    cells = _line_cells(state, hub_text(state, now))
    ahead = lacking(dict(exchange.hub.known), known.ends) if known else 0
    site = hub.id if hub else ""
    return Row(
        HUB,
        site,
        _cells(name, say("区级"), cells, str(state.unsent), ahead, _held(known, site)),
        _tip(state),
        has_line=state.is_enrolled,
    )


def _room_row(exchange: Exchange, peer: PeerState, known: Standing | None, now: int) -> Row:
    name = say("{} 工位 {}").format(peer.name, peer.station) if peer.station else peer.name
    line = exchange.line(peer.id) if peer.id else None
    theirs = dict(line.known) if line else {}
    unsent = str(lacking(known.own, theirs)) if known and line and peer.line.last_ok else _NONE
    ahead = lacking(theirs, known.ends) if known else 0
    cells = _line_cells(peer.line, peer_text(peer.line, now))
    return Row(
        peer.id,
        peer.id,
        _cells(name, say("本室席位"), cells, unsent, ahead, _held(known, peer.id)),
        _tip(peer.line),
        has_line=bool(peer.id),
    )


def _stick_row(peer: Peer, known: Standing) -> Row:
    """Return one without a line: what it wrote on a stick is all that is known of it."""
    heard = known.heard[peer.id]
    theirs = ends_of(heard.heads)
    name = say("{} 工位 {}").format(peer.name, peer.station) if peer.station else peer.name
    unsent = str(lacking(known.own, theirs)) if heard.at else _NONE
    ahead = lacking(theirs, known.ends)
    line = (say("○ 只用U盘往来"), instant(heard.at or None), _NONE, _NONE)
    return Row(
        peer.id, peer.id, _cells(name, say("U盘"), line, unsent, ahead, _held(known, peer.id))
    )


def _line_cells(line: LineState, text: str) -> tuple[str, str, str, str]:
    """Return state, last contact, clock and speed."""
    has_met = line.last_ok is not None
    speed = say("{:.0f} 条/秒").format(line.speed) if line.speed else _NONE
    return text, instant(line.last_ok), skew_text(line.skew_ms) if has_met else _NONE, speed


def _cells(
    name: str, role: str, line: tuple[str, str, str, str], unsent: str, ahead: int, held: int
) -> tuple[str, ...]:
    text, last, clock, speed = line
    return name, role, text, last, unsent, str(ahead), str(held), clock, speed


def _held(known: Standing | None, site: str) -> int:
    return known.held.get(site, 0) if known else 0


def _tip(line: LineState) -> str:
    return "。".join(describe(line.error)) if line.error else ""
