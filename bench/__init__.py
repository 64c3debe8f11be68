"""Benchmarks: what the program takes beside the least that it could take, in one run. See docs/figures.md."""
