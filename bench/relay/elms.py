"""Our relay, as it runs in every service."""

from bench.hop.elms import prepare, service
from bench.relay.rows import ATTRIBUTES, KEY, NUMBERS, TOPIC, VALUE
from shared.messaging.bell import CHANNEL
from shared.process import run

__all__ = ["FILL", "prepare"]

A_PAGE = 400
EVENT = f"concat_ws(E'\\n', {KEY}, {', '.join(ATTRIBUTES.values())}, '', {VALUE})"
FILL = f"""
    INSERT INTO outbox (topic, events, said)
    SELECT '{TOPIC}', count(*), string_agg({EVENT}, E'\\n' ORDER BY n) FROM {NUMBERS}
    GROUP BY n / {A_PAGE} ORDER BY n / {A_PAGE};
    NOTIFY {CHANNEL}"""
"""As a service would write them: so many events a page."""

if __name__ == "__main__":
    run(service, ["relay"])
