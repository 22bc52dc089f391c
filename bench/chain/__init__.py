"""The whole chain: renewals approved in bulk → license → look-up, print job, letter → application complete.

All contenders work on the same five databases, made by the services' own migrations and filled alike, and are counted
by the same questions; what else they need for themselves (inbox, outbox, positions) they make in a schema of their own.
"""
