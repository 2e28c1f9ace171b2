"""How the exchange with the hub stands."""
