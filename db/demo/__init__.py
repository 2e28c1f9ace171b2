"""An invented town and what happened there."""
