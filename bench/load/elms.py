"""The services that a load passes through, beside those that an approval needs."""

import uvloop

from bench.chain import elms

SERVICES = ("renewals", "credentials", "lookup", "exchange")

if __name__ == "__main__":
    uvloop.run(elms.main(None, SERVICES[1:], roles=("relay",)))
