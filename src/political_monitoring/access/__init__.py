"""Who may ask what, how often, and the record of it."""
