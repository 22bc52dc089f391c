"""The `elms` command's groups: each module defines one typer app and reads arguments; the work is done elsewhere.

A command imports what it needs inside its function, so that `elms` answers fast and needs only what it uses.
"""
