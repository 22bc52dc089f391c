"""Decisions on values: what a stranger's message means here. No I/O, no clock, no framework."""
