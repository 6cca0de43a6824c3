"""Who may ask, how often, in which workspaces; and the record of who asked what."""
