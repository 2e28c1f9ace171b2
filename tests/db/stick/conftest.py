from tests.db.sync.fixtures import enrol, hub, open_sites, url

__all__ = ["enrol", "hub", "open_sites", "url"]
