"""Use cases: check the rule, append the op, return what changed."""
