"""The least that our pages could take: the same tables, server and settings, a log-in, and nothing besides."""
