"""The record on this machine: an encrypted SQLite file that one thread writes."""
