"""What a hub shows to others, if it is told to: Open311, and a table of incidents."""
