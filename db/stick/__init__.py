"""Batches by hand: a USB stick that is sealed to one station, and the stations' cards."""
