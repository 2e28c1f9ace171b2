"""Painted cells."""
