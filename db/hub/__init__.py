"""The serving end of the exchange: stores, verifies and serves ranges, for a district or a room.

Beside it what a hub keeps with the ranges and tells of itself: who is let in, attached files, and
how the stations stand.
"""

WITNESS = "hub-witness.json"
"""In the folder of a hub whose record is in a PostgreSQL: how far that had come."""
