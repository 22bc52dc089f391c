"""Rules of applications, on values: no I/O, no clock, no framework."""
