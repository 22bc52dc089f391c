"""`python -m ops` is the `elms` command."""

from ops.cli import main

main()
