"""Printing: official documents, from the renewed license to the envelope.

Owns print jobs, the daily batch, its pieces and files, the leases of the print shop, and the ledger of numbered
paper. Hears renewed and undone licenses, license states, people and mailing addresses, and what print shops
report. Says what was queued, held, released, printed, spoiled, mailed, returned and stopped.
"""
