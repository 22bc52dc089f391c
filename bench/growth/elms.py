"""The chain with many more licenses and finished applications beside those that are renewed."""

import uvloop

from bench.chain import elms

OUTBOX, prepare = elms.OUTBOX, elms.prepare

if __name__ == "__main__":
    uvloop.run(elms.main(None))
