"""The exchange between records: with a hub, and between workstations of a room."""
