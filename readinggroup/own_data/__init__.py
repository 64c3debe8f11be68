"""What the server knows of a person: taken out by them, and gone when they go.

`rules` says it of every table; a test walks the foreign keys and fails until a new table has its line there.
"""
