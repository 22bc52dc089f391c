"""Licenses extended by one, two and four workers of credentials, on a cluster of three brokers."""
