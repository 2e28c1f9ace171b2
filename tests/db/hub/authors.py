"""Sites as a hub sees them, without records of their own: keys, a chain, and batches of it."""

import hashlib
import itertools
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.domain.ops import GENESIS, Actor, Hlc, Op, OpRef, chain_hash, encode
from db.hub.enrolling import Request
from db.store.parcels import Envelope, Head, Range
from db.sync.batch import encode_batch
from db.sync.peers import Peer
from db.sync.signing import Signer

TOWN, OTHER_TOWN, DISTRICT = "990101103", "990101104", "990101"
_OFFICER = Actor("wang", "王值班", ("duty_officer",))
_numbers = itertools.count(1)


class Author:
    """A site that writes notes. Op 1 of its chain says who it is."""

    def __init__(self, town=TOWN, station="A1", *, epoch=7, key=None, site=None, like=None,
                 lane=None):  # fmt: skip
        self.site = site or f"site-{next(_numbers):06d}"
        self.town, self.station, self.epoch, self.lane = town, station, epoch, lane
        self.key = key or Ed25519PrivateKey.generate()
        self.box_key = hashlib.sha256(self.site.encode()).digest()
        self.signer = Signer(self.site, town, self.key)
        self.bodies, self.digests = [], [GENESIS]
        self.envelopes = []
        if like is None:
            self._add("site", self.site, "site_started", self.said())

    def said(self):
        return {
            "name": f"席位{self.station}",
            "town": self.town,
            "station": self.station,
            "sign_key": self.signer.public_key.hex(),
            "box_key": self.box_key.hex(),
            "reason": "new",
            **({"for": self.lane} if self.lane else {}),
        }

    @property
    def peer(self):
        return Peer(self.site, f"席位{self.station}", "", self.town, self.station,
                    self.signer.public_key, self.box_key)  # fmt: skip

    @property
    def seq(self):
        return len(self.bodies)

    def copy(self):
        """Another that goes on from here under the same name."""
        other = Author(self.town, self.station, epoch=self.epoch, key=self.key, site=self.site,
                       like=self)  # fmt: skip
        other.bodies, other.digests = list(self.bodies), list(self.digests)
        other.envelopes = list(self.envelopes)
        return other

    def again(self, epoch, lane=None):
        """The same site in another chain, for whom it is."""
        return Author(self.town, self.station, epoch=epoch, key=self.key, site=self.site,
                      lane=lane)  # fmt: skip

    def write(self, count=1, text="记录"):
        for _ in range(count):
            payload = {"text": f"{text}{self.seq}"}
            self._add("incident", f"{self.site}-{self.seq}", "note_added", payload)
        return self

    def write_sealed(self, cipher=b"sealed"):
        """An op with an envelope beside it."""
        named = {
            "env": f"env-{self.site}-{self.seq + 1}",
            "hash": hashlib.sha256(cipher).hexdigest(),
        }
        self._add("incident", f"{self.site}-{self.seq}", "reported", {"caller": named})
        ref = OpRef(self.site, self.epoch, self.seq)
        self.envelopes.append(Envelope(ref, named["env"], cipher, "room", b"wrapped"))
        return self

    def _add(self, ent, id, kind, payload):
        ref = OpRef(self.site, self.epoch, self.seq + 1)
        op = Op(ref, Hlc(1, self.seq), 1, _OFFICER, ent, id, kind, payload, ())
        body = encode(replace(op, suite=self.signer.suite))
        self.bodies.append(body)
        self.digests.append(chain_hash(self.digests[-1], body))

    def head(self, seq=None):
        seq = self.seq if seq is None else seq
        return Head(self.site, self.epoch, seq, self.digests[seq])

    def range(self, first=1, last=None):
        last = last or self.seq
        return Range(self.site, self.epoch, first, self.digests[first - 1],
                     self.bodies[first - 1 : last], self.digests[last])  # fmt: skip

    def attest(self, seq=None):
        return self.signer.attest(self.head(seq))

    def batch(self, first=1, last=None, *, to="", attests=None, envelopes=None):
        last = last or self.seq
        return batch(
            self,
            self.range(first, last),
            attests=[self.attest(last)] if attests is None else attests,
            envelopes=[one for one in self.envelopes if first <= one.ref.seq <= last]
            if envelopes is None else envelopes,
            to=to,
        )  # fmt: skip

    def request(self, code):
        """Its enrolment, as the hub has read and checked it."""
        return Request(code, self.peer)


def batch(sender, *ranges, attests=(), envelopes=(), to=""):
    return encode_batch(sender.signer, ranges, list(envelopes), list(attests), created=1, to=to)
