"""What was said about a paper, to take along: one file a form, one value that all of them draw."""
