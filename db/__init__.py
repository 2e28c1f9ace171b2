"""The record: what is kept, the rules by which it changes, how it is exchanged. No Qt."""
