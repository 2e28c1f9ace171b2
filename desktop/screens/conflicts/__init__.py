"""分歧: what two stations said apart, settled one by one or many at once."""
