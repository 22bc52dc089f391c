"""Ten thousand licenses, a hundred thousand, a million: what gets slower or larger with them."""
