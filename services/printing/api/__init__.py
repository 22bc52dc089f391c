"""HTTP in. Each route says who may ask.

shop       the print shop: take, download, clear, report, reprint
desk       the print desk: the day, cutting, held jobs, what became of a license's paper
stock      numbered paper
licenses   unofficial copies, and paper on request
"""

from services.printing.api import desk, licenses, shop, stock

ROUTERS = (desk.router, shop.router, stock.router, licenses.router)
"""In this order: `/batches/cut` stands before `/batches/{batch_id}`."""
