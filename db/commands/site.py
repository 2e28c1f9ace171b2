"""Starting a site: its keys, the room's key, the town's lists."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from db.commands.town import User, define_areas, define_units, define_users
from db.domain import suites
from db.domain.areas import CODE_LENGTH, Area
from db.domain.errors import InputError
from db.domain.lists import Unit
from db.domain.ops import SYSTEM, Actor
from db.domain.permissions import require
from db.domain.scope import ROLES
from db.store.clock import Clock, system_clock
from db.store.epochs import start_epoch, use_suite
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.keys import Ask
from db.store.lists import parse_rows
from db.store.queries.accounts import WAITING, claim_state
from db.store.rebuild import PROJECTED
from db.store.store import Site, Store, create_site

STATION_LENGTH = 2


@dataclass(frozen=True, slots=True)
class TownLists:
    """What a new site is told of its town; empty lists come later from a hub."""

    areas: tuple[Area, ...] = ()
    units: tuple[Unit, ...] = ()
    users: tuple[User, ...] = ()


def init_site(
    home: Path,
    *,
    town: str,
    name: str,
    station: str = "A1",
    key_kind: str = "auto",
    ask: Ask | None = None,
    lists: TownLists | None = None,
    has_room_key: bool = True,
    suite: str = suites.DEFAULT,
    clock: Clock = system_clock,
) -> Site:
    """Make a site: encrypted record, site keys, first epoch, and the lists it is given.

    `suite` says how it signs and links. Raises InputError: town_code_malformed,
    station_code_malformed, suite_unknown.
    """
    _check_names(town, station)
    suites.known(suite)
    site = create_site(
        home,
        site_id=new_id(clock()),
        name=name,
        town=town,
        station=station,
        key_kind=key_kind,
        ask=ask,
    )
    with Store.open(home, ask=ask, clock=clock) as store:
        start_chain(store, SYSTEM, has_room_key=has_room_key, suite=suite)
        if lists:
            define_areas(store, SYSTEM, lists.areas)
            define_units(store, SYSTEM, lists.units)
            define_users(store, SYSTEM, lists.users)
    return site


def start_chain(
    store: Store, actor: Actor, *, has_room_key: bool, suite: str = suites.DEFAULT
) -> None:
    """Write the first op of a site's first chain: who it is and how to verify it."""
    sign_key, box_key = suites.new_signing_key(suite), X25519PrivateKey.generate()
    site = store.site
    payload = describe(site, sign_key, box_key)

    def work(journal: Journal) -> None:
        journal.site = site.id
        journal.set_meta("site", site.id)
        use_suite(journal, suite)
        start_epoch(journal)
        journal.set_meta(*PROJECTED)
        _keep_secret(journal, "sign_key", sign_key.private_bytes_raw())
        _keep_secret(journal, "box_key", box_key.private_bytes_raw())
        if has_room_key:
            keep_room_key(journal, secrets.token_hex(8), secrets.token_bytes(32))
        journal.append("site_started", site.id, payload, actor)

    store.write(work)


def describe(site: Site, sign_key: suites.SigningKey, box_key: X25519PrivateKey) -> dict[str, str]:
    """Return what the first op of a site's first chain says of it."""
    return {
        "name": site.name,
        "town": site.town,
        "station": site.station,
        "sign_key": sign_key.public_key().public_bytes_raw().hex(),
        "box_key": box_key.public_key().public_bytes_raw().hex(),
        "reason": "new",
    }


def keep_room_key(journal: Journal, key_id: str, key: bytes) -> None:
    """Keep a room key and use it from now on for new callers."""
    _keep_secret(journal, f"room:{key_id}", key)
    journal.set_meta("room_key", key_id)


def read_users(town: str, path: Path) -> list[User]:
    """Read a user list file: key, name, roles, unit (list key), optionally area.

    Raises InputError naming the row for a column that is missing or a role nobody knows.
    """
    users = parse_rows(path, lambda row: _user(town, row))
    for number, user in enumerate(users, start=2):
        unknown = set(user.roles) - ROLES
        if unknown:
            raise InputError(
                "user_role_unknown", row=number, value=sorted(unknown), known=sorted(ROLES)
            )
    return users


def _user(town: str, row: dict[str, str]) -> User:
    # A district has its towns' people in its record too: each town counts its keys by itself.
    is_district = len(town) == CODE_LENGTH["district"]
    return User(
        key=f"{town}-{row['key']}" if is_district else row["key"],
        name=row["name"],
        roles=tuple(row["roles"].split()),
        unit=f"{town}-{row['unit']}" if row["unit"] else "",
        area=row.get("area") or town,
    )


def _keep_secret(journal: Journal, name: str, value: bytes) -> None:
    journal.connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (name, value))


def check_may_enrol(store: Store, actor: Actor) -> None:
    """Refuse who may not enrol this site with a hub or a room; raises RuleError (role_forbids).

    A station that waits for its room's accounts is enrolled by whoever stands before it: nobody
    can sign in there yet.
    """
    if store.read(claim_state) != WAITING:
        require(actor, "enrol")


def _check_names(town: str, station: str) -> None:
    if not (len(town) in (6, 9) and town.isascii() and town.isdigit()):
        raise InputError("town_code_malformed", value=town)
    if not (len(station) == STATION_LENGTH and station.isascii() and station.isalnum()):
        raise InputError("station_code_malformed", value=station)
