"""Where the other workstations of the room answer, and which of them are believed."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from db.domain.errors import EnvironmentError_, GridDeskError, InputError
from db.store.store import Store
from db.sync.line import HubClient, checked_url, connect_station
from db.sync.peers import Peer, believed

KNOWN_SECONDS = 600.0
"""How long whoever answered at an address is taken to be there without asking anew."""
_LOOPBACK = "127.0.0.1"
_SILENT = frozenset({"hub_unreachable", "hub_silent"})


class Place(NamedTuple):
    """A workstation that is believed, and the addresses at which it may answer.

    One that nobody answered at yet has that address for a name and no id, and why.
    """

    peer: Peer
    urls: tuple[str, ...]
    error: GridDeskError | None = None


def connect_place(store: Store, place: Place) -> HubClient:
    """Return a client of a workstation, at the first of its addresses where it answers."""
    for url in place.urls[:-1]:
        with suppress(EnvironmentError_):
            client = connect_station(store, url, place.peer, allow_plain=True)
            try:
                client.hello()
            except BaseException:
                client.close()
                raise
            return client
    return connect_station(store, place.urls[-1], place.peer, allow_plain=True)


class Rooms:
    """Knows the places of a room. `look` blocks; the rest is quick.

    Addresses that people named (`named`) are taken at their word in which they are plain or not;
    those that a hub or the network told are taken only with TLS. Whoever is found, only who is
    believed is a place.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._who: dict[str, str] = {}
        self._asked_at: dict[str, float] = {}

    def look(self, named: Iterable[str], found: Mapping[str, Iterable[str]]) -> list[Place]:
        """Return the places of the room: by addresses named, found nearby (by id), and told."""
        store = self._store
        peers = {peer.id: peer for peer in store.read(lambda c: believed(c, store.site.town))}
        urls: dict[str, list[str]] = {id: [] for id in peers}
        strangers = []
        for url in named:
            try:
                id = self._find(url)
            except GridDeskError as error:
                strangers.append(_stranger(url, error))
                continue
            if id in urls:
                urls[id].append(url)
        for id, peer in peers.items():
            urls[id] += [url for url in (*found.get(id, ()), peer.url) if _is_safe(url)]
        places = [Place(peers[id], tuple(dict.fromkeys(own))) for id, own in urls.items() if own]
        return places + strangers

    def _find(self, url: str) -> str:
        """Return whose address it is: whoever answers there, or answered last where none does."""
        if monotonic() > self._asked_at.get(url, float("-inf")) + KNOWN_SECONDS:
            try:
                self._who[url] = self._ask(url)
            except GridDeskError as error:
                if url not in self._who or error.code not in _SILENT:
                    self._who.pop(url, None)
                    self._asked_at.pop(url, None)
                    raise
            self._asked_at[url] = monotonic()
        return self._who[url]

    def _ask(self, url: str) -> str:
        with connect_station(self._store, url, allow_plain=True) as client:
            assert client.peer is not None
            return client.peer.id


def address_towards(url: str) -> str:
    """Return the address of this machine by which it reaches another; nothing is sent."""
    parts = urlsplit(url)
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((parts.hostname or _LOOPBACK, parts.port or 1))
        return str(probe.getsockname()[0])
    return _LOOPBACK


def _is_safe(url: str) -> bool:
    try:
        checked_url(url, allow_plain=False)
    except InputError:
        return False
    return True


def _stranger(url: str, error: GridDeskError) -> Place:
    return Place(Peer("", url, url, "", "", b"", b""), (url,), error)
