"""Stations that know each other by their cards alone, and what they hand each other on a stick."""

from db.stick.cards import believe, own_fingerprint, write_card
from db.stick.plan import heard_of, recipient_named
from db.stick.read import take
from db.stick.write import write_for
from tests.db.sync import rig


def introduce(folder, *stores):
    """Let each station take in the cards of the others."""
    cards = {store.site.id: write_card(store, folder) for store in stores}
    for store in stores:
        for other in stores:
            if other is not store:
                believe(store, rig.OFFICER, cards[other.site.id], own_fingerprint(other))


def peer_of(store, other):
    return store.read(lambda c: recipient_named(c, store.site.id, other.site.id))


def write(store, other, folder, *, everything=False, with_files=False, **options):
    """Write what the other is not known to have, or all there is."""
    peer = peer_of(store, other)
    known = None if everything else store.read(lambda c: heard_of(c, peer.id))
    return write_for(
        store, rig.OFFICER, peer, folder, known=known, with_files=with_files, **options
    )


def hand_over(store, other, folder, **options):
    """Write, carry, read; return what the other took of the last file."""
    return [take(other, path) for path in write(store, other, folder, **options).paths][-1]


def left_on(folder):
    """The names on a stick, without the cards."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".gdc")
