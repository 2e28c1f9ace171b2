"""Qt models: the one big-list model and what feeds it."""
