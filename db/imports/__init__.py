"""Reads what other systems hand over as files: orders of hotlines and message boards."""
