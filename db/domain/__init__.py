"""Pure rules: what an incident is, how it moves, when it is due. No I/O, no clock, no SQL."""
