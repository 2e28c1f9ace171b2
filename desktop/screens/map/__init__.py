"""The map: incidents, areas, places and teams on the ground."""
