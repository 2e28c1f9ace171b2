"""A room's line: its certificate is signed with the site's own key, and trusted for that alone.

A station is known by its key. Its certificate is self-signed with that key, so whoever knows the
key needs nothing else: the certificate is fetched, compared with the key, and is then the only one
the line is trusted by. Names and addresses in it say nothing.

An SM2 key signs no certificate that TLS would take: there the line has an Ed25519 key of its own,
and the certificate holds the site's key and its word for that one.
"""

import secrets
import socket
import ssl
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from db.domain.errors import EnvironmentError_
from db.domain.suites import SIGNATURE
from db.sync import wire
from db.sync.signing import Signer, key_id

FETCH_SECONDS = 3.0
"""A station of one's own room answers soon, or it is off."""
_SERIAL = 1
_VOUCHED = x509.ObjectIdentifier("2.25.207213452390160912894271309476285461087")
"""Our own mark (a random UUID as ITU-T X.667 names it): the site's key and its word."""
# A clock that is wrong cuts nobody off: the key is what counts.
_FROM, _UNTIL = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Shown(NamedTuple):
    """Who a certificate names, by which key, and the certificate itself."""

    site: str
    sign_key: bytes
    pem: str


def certificate(signer: Signer) -> bytes:
    """Return a site's certificate in PEM: the same one whenever it is made."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, signer.site)])
    key, word = _line_key(signer)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(_SERIAL)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    if word:
        said = x509.UnrecognizedExtension(_VOUCHED, signer.public_key + word)
        builder = builder.add_extension(said, critical=False)
    return builder.sign(key, None).public_bytes(Encoding.PEM)


def serving_context(signer: Signer) -> ssl.SSLContext:
    """Return what a station serves its room with. Raises EnvironmentError_ (file_unwritable).

    The key is never readable on the disk: its file, which the library asks for, is encrypted with
    a password that is nowhere else, and gone when this returns.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    password = secrets.token_hex(32).encode()
    key = _line_key(signer)[0].private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
    )
    try:
        with TemporaryDirectory(prefix="griddesk-") as folder:
            certificate_file, key_file = Path(folder, "site.crt"), Path(folder, "site.key")
            certificate_file.write_bytes(certificate(signer))
            key_file.write_bytes(key)
            context.load_cert_chain(certificate_file, key_file, password)
    except OSError as error:
        raise EnvironmentError_(
            "file_unwritable", path=str(error.filename or ""), detail=str(error.strerror)
        ) from error
    return context


def fetch(host: str, port: int) -> Shown:
    """Return who answers at an address, by a certificate that its own key has signed.

    Raises EnvironmentError_: hub_unreachable, hub_silent, peer_untrusted (a certificate of
    another kind).
    """
    where = f"https://{host}:{port}"
    try:
        pem = ssl.get_server_certificate((host, port), timeout=FETCH_SECONDS)
    except TimeoutError as error:
        raise EnvironmentError_("hub_silent", url=where) from error
    except ssl.SSLError as error:
        raise EnvironmentError_("peer_untrusted", url=where) from error
    except (OSError, UnicodeError, socket.gaierror) as error:
        raise EnvironmentError_("hub_unreachable", url=where) from error
    try:
        return _read(pem)
    except (InvalidSignature, ValueError, TypeError, IndexError) as error:
        raise EnvironmentError_("peer_untrusted", url=where) from error


@lru_cache(maxsize=256)
def trusting(host: str, port: int, sign_key: bytes) -> ssl.SSLContext:
    """Return what trusts the certificate of one key alone, fetched from where it serves.

    A key has one certificate for ever, so it is fetched once. Raises EnvironmentError_ as `fetch`
    does, and peer_untrusted where another key answers.
    """
    shown = fetch(host, port)
    if shown.sign_key != sign_key:
        raise EnvironmentError_("peer_untrusted", url=f"https://{host}:{port}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.load_verify_locations(cadata=shown.pem)
    return context


def spoken(sign_key: bytes) -> str:
    """Return the short form of a key, to be compared by voice: four groups of four."""
    digest = key_id(sign_key)
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def _line_key(signer: Signer) -> tuple[Ed25519PrivateKey, bytes]:
    """Return the key a line is served with, and the site's word for it where it is another."""
    if isinstance(signer.key, Ed25519PrivateKey):
        return signer.key, b""
    from db.domain.sm2 import Sm2Key  # lazy: few stations have one

    assert isinstance(signer.key, Sm2Key)
    return signer.key.line_key(), signer.key.word


def _read(pem: str) -> Shown:
    found = x509.load_pem_x509_certificate(pem.encode())
    key = found.public_key()
    if not isinstance(key, Ed25519PublicKey) or found.subject != found.issuer:
        raise ValueError("certificate")
    key.verify(found.signature, found.tbs_certificate_bytes)
    name = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return Shown(wire.identifier(name), _site_key(found, key.public_bytes_raw()), pem)


def _site_key(found: x509.Certificate, line_key: bytes) -> bytes:
    """Return the key of the site that a certificate is of, if it vouches for that of the line."""
    try:
        said = found.extensions.get_extension_for_oid(_VOUCHED).value
    except x509.ExtensionNotFound:
        return line_key
    from db.domain.sm2 import check_line_word  # lazy: few stations have one

    raw = said.public_bytes()
    sign_key, word = raw[:-SIGNATURE], raw[-SIGNATURE:]
    check_line_word(sign_key, line_key, word)
    return sign_key
