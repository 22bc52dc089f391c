"""Printing's rules, on values: what is printed when, what may happen to a piece, whether the paper adds up."""
