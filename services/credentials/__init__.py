"""Credentials: licenses and professional development; has the renewal been earned?

Owns licenses with their periods and standing, credits, and the reservations that set credits aside for a filing.
Hears filings and decisions from renewals, what agencies award and take back from exchange, merges from identity.
Says each license as it stands, what happened to it, and which credits count.
"""
