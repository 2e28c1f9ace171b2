"""The door of the window: who signs in, and what is to be done before anybody can."""
