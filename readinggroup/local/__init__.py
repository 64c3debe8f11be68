"""Everything on one machine by one command: an own PostgreSQL, an own broker, and the processes."""
