"""The agenda in every form that people take away: one value (`sheet`), a file a format, one `registry`."""
