"""审计: who did what, read by an auditor."""
