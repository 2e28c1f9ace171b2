"""What each action does to an incident, and on what condition: the effects of the table."""
