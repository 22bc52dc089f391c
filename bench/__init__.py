"""How fast ELMS is beside the alternatives: measured in turns, on durable servers, and counted afterwards.

    make bench                      every row, at its full size
    python -m bench --rows hop --events 10000 --rounds 1

Each contender is a short program of its own that anybody may read, and mend where it is unfair.
"""
