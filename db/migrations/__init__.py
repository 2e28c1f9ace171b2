"""Frozen steps from an empty file to the newest schema. A released step is never edited."""

SCHEMA_VERSION = 10
"""The newest schema, kept in `PRAGMA user_version` so that a start need not ask further."""
