"""What a workstation keeps of those who come to its room."""

from db.hub.room import RoomStore
from db.hub.stations import Told
from db.sync.peers import STATION, put_peer, revoke, station_by
from tests.db.hub.authors import Author
from tests.db.sync import rig


def test_a_station_revoked_while_it_moves_stays_revoked(open_sites, monkeypatch):
    store, author = open_sites("A1", lists=False), Author(rig.TOWN, "B1")
    store.write(lambda journal: put_peer(journal, STATION, author.peer))
    write = store.write

    def revoked_first(work):
        write(lambda journal: revoke(journal, author.site))
        return write(work)

    monkeypatch.setattr(store, "write", revoked_first)
    url = "https://192.0.2.7:8472"
    RoomStore(store).heard(author.site, Told(url=url))
    assert store.read(lambda connection: station_by(connection, author.site)) is None
    assert rig.rows(store, "SELECT kind, url FROM peer") == [("revoked", url)]
