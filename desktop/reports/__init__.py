"""Printed sheets: a sheet's data in, the bytes of a PDF out. No window, no store, no clock."""
