"""The main window: head, navigation, one screen at a time, status bar."""
