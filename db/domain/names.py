"""Names that the first page of the queue is asked by: apart from the rules, which load later."""

UNDO = "decision_undone"
"""The kind of an op that takes others back, and does nothing else."""
CLOSED_FOREVER = frozenset({"archived", "rejected", "void", "merged"})
"""States after which nothing more is done, unless it is opened again."""
