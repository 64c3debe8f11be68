"""Readers of listings: one file a format, bytes in, records and problems out."""
