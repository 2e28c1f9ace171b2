"""The batch codec and the exchange with a hub."""
