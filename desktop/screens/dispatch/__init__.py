"""调度台: units against their open work."""
