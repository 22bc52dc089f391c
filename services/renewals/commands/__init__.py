"""What can be done: load → decide → save → say. A fixed number of statements for any number of applications."""
