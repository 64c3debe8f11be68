"""A group as a whole: taken out, brought in on another server, and gone when its rest is over."""
