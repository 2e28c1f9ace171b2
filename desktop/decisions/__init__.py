"""A decision from the key to the row: its form, what it starts with, what is possible."""
