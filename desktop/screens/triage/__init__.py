"""The duty desk: queue, detail, decisions."""
