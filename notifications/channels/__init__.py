"""The ways out of the house, one file each; nothing here knows a table."""
