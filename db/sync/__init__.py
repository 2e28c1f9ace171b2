"""The exchange between records: with a hub, between workstations of a room, and by stick."""
