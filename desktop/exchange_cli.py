"""Between the command line and the exchange: opening the right record, plain results."""
