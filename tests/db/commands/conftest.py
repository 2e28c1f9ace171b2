from tests.db.store.conftest import _made_home, clock, home, store

__all__ = ["_made_home", "clock", "home", "store"]
