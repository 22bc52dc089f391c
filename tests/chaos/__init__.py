"""Faults on purpose: the boundary sweep, its mutation check, and the conductor with its ledger (docs/chaos.md)."""
