"""The report screen: sheets made from the record, shown, printed, saved."""
