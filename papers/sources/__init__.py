"""Other machines: when arXiv announces, where it says what, and the one door through which it is asked."""
