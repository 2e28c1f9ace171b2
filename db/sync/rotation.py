"""Changing a station's keys while it goes on working, with or without a line.

The old keys stay in the encrypted record: what was written before is still vouched for by the old
one, and what was sealed to it can still be opened.
"""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from db.domain import suites
from db.domain.ops import Actor
from db.domain.permissions import require
from db.store.driver import Connection
from db.store.epochs import RESUITED, renew_epoch, use_suite
from db.store.journal import Journal
from db.store.keyline import KIND
from db.store.lanes import current_epochs
from db.store.store import Store
from db.sync.keyline import change_to_json, make_change, retired
from db.sync.signing import signer_of

_GET = "SELECT v FROM secret WHERE k = ?"
_PUT = "INSERT OR REPLACE INTO secret VALUES (?, ?)"


def rotate_keys(store: Store, actor: Actor, suite: str = "") -> None:
    """Sign with a new key from here on, and have what is for this station sealed to a new one.

    `suite` changes how it signs and links, empty leaves that as it is: it goes on in a new chain,
    and the one it leaves is verified as ever. Raises RuleError (role_forbids) for an actor who may
    not, InputError (suite_unknown).
    """
    require(actor, "rotate_keys")
    town = store.site.town
    chosen = suites.known(suite) if suite else ""

    def work(journal: Journal) -> None:
        signer = signer_of(journal.connection, town)
        new_suite = chosen or signer.suite
        sign_key, box_key = suites.new_signing_key(new_suite), X25519PrivateKey.generate()
        change = make_change(signer, sign_key, box_key.public_key().public_bytes_raw())
        # In every chain that goes on: whoever is shown one of them may be shown no other.
        for epoch in sorted(current_epochs(journal.connection)):
            lane = epoch if journal.lanes else None
            journal.append(KIND, journal.site, change_to_json(change), actor, epoch=lane)
        _replace(journal.connection, "sign_key", change.old, sign_key.private_bytes_raw())
        old_box = X25519PrivateKey.from_private_bytes(_secret(journal.connection, "box_key"))
        public = old_box.public_key().public_bytes_raw()
        _replace(journal.connection, "box_key", public, box_key.private_bytes_raw())
        if new_suite != journal.suite:
            use_suite(journal, new_suite)
            renew_epoch(journal, RESUITED)

    store.write(work)


def _replace(connection: Connection, name: str, public_key: bytes, new: bytes) -> None:
    """Use another key, and keep the one in use so far under a name of its own."""
    connection.execute(_PUT, (retired(name, public_key), _secret(connection, name)))
    connection.execute(_PUT, (name, new))


def _secret(connection: Connection, name: str) -> bytes:
    return bytes(connection.execute(_GET, (name,)).fetchone()[0])
