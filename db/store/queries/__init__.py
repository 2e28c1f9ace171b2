"""What screens, sheets and the command line read. Every query takes a Scope."""
