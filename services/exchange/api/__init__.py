"""HTTP in. Each route says who may ask.

door     agencies post events and read their receipts; officers read them too
loads    files: preview, load, errors, recall
keys     the keys of agencies
webhooks where an agency wants its receipts sent
"""

from services.exchange.api import door, keys, loads, webhooks

ROUTERS = tuple(module.router for module in (door, loads, keys, webhooks))
