"""态势: the town at a glance, for the wall."""
