"""Time in: how fresh the look-up is, noted all the time; and rebuilds, when they are asked for."""
