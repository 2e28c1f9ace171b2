"""What a site signs, and how it is verified.

Each kind of statement begins with a mark of its own: no signature serves as another kind's.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.domain.errors import EnvironmentError_
from db.domain.suites import SigningKey, is_signed, signing_key, suite_of_key
from db.store.driver import Connection
from db.store.parcels import Head
from db.sync.ledger import Ledger
from db.sync.wire import Attest, canonical, head_to_json

_ATTEST = b"EOPA1\n"
_ENROL = b"EOPE1\n"
_REQUEST = b"EOPR1\n"
_REKEY = b"EOPK1\n"


@dataclass(frozen=True)
class Signer:
    """A site's signing key in use."""

    site: str
    town: str
    key: SigningKey

    @property
    def public_key(self) -> bytes:
        """The key others verify by."""
        return self.key.public_key().public_bytes_raw()

    @property
    def suite(self) -> str:
        """The suite of the key."""
        return suite_of_key(self.public_key)

    def before(self, private_key: bytes) -> "Signer":
        """Return this site's signer with a key that it had before."""
        return replace(self, key=signing_key(private_key))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message."""
        return self.key.sign(message)

    def attest(self, head: Head) -> Attest:
        """Return this site's signed word on where its chain stands."""
        return Attest(head.site, head.epoch, head.seq, head.hash, self.sign(_attest_text(head)))


def signer_of(connection: Connection, town: str) -> Signer:
    """Return the key this record signs with; raises EnvironmentError_ without one."""
    row = connection.execute(
        "SELECT meta.v, secret.v FROM meta, secret WHERE meta.k = 'site' AND secret.k = 'sign_key'"
    ).fetchone()
    if row is None:
        raise EnvironmentError_("sign_key_missing")
    return Signer(row[0], town, signing_key(bytes(row[1])))


def signer_for(ledger: Ledger) -> Signer:
    """Return the key a record signs with; raises EnvironmentError_ without one."""
    key = ledger.secret("sign_key")
    if key is None:
        raise EnvironmentError_("sign_key_missing")
    return Signer(ledger.site.id, ledger.site.town, signing_key(key))


def key_id(public_key: bytes) -> str:
    """Return the short name of a public key: tells a changed key from a wrong signature."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def is_attested(public_key: bytes, attest: Attest) -> bool:
    """Whether an attest is that key's."""
    head = Head(attest.site, attest.epoch, attest.seq, attest.hash)
    return is_signed(public_key, attest.sig, _attest_text(head))


def request_text(hub: str, method: str, path: str, nonce: str, body: bytes) -> bytes:
    """Return what stands under a request: for this hub, these bytes, while its nonce is good.

    Sent again in that time it is answered again: it reads, or brings what is here already.
    """
    digest = hashlib.sha256(body).hexdigest()
    return _REQUEST + "\n".join((hub, method, path, nonce, digest)).encode()


def enrol_text(document: Mapping[str, Any]) -> bytes:
    """Return what stands under an enrolment: everything in it but the signature."""
    return _ENROL + canonical({k: v for k, v in document.items() if k != "signature"})


def rekey_text(site: str, old: bytes, sign_key: bytes, box_key: bytes) -> bytes:
    """Return what stands under a change of a site's keys, signed by the old one and the new."""
    keys = {"old": old.hex(), "sign_key": sign_key.hex(), "box_key": box_key.hex()}
    return _REKEY + canonical({"site": site, **keys})


def _attest_text(head: Head) -> bytes:
    return _ATTEST + canonical(head_to_json(head))
