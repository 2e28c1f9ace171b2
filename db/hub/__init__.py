"""The district's end: an HTTP service that stores, verifies and serves ranges."""
