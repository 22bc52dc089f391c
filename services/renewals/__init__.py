"""Renewals: applications, from filing to the renewed license.

Owns applications, their checklist of originals, their history, and the queues in which they wait. Hears what
credentials reserved, refused, recalled and renewed, who people and organizations are, and what became of the paper.
Says what was filed, approved, reversed, returned, denied, withdrawn, completed and blocked.
"""
