"""How large a file may be: generous for a hotline, harmless for the machine."""

FILE_BYTES = 64 * 1024 * 1024
UNPACKED_BYTES = 512 * 1024 * 1024
ROWS = 200_000
COLUMNS = 256
CELL_CHARACTERS = 32 * 1024
