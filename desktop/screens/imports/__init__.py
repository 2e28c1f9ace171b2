"""The import screen: orders of other systems, read, shown, confirmed, written."""
