"""Our relay, as it runs in every service."""

from bench.hop.elms import prepare, service
from bench.relay.rows import KEY, NUMBERS, TOPIC, VALUE, attributes
from shared.messaging.bell import CHANNEL
from shared.process import run

__all__ = ["FILL", "prepare"]

FILL = f"""
    INSERT INTO outbox (topic, key, headers, value)
    SELECT '{TOPIC}', {KEY}, json_build_object({attributes()}, 'traceparent', '')::text, {VALUE}
    FROM {NUMBERS} ORDER BY n;
    NOTIFY {CHANNEL}"""

if __name__ == "__main__":
    run(service, ["relay"])
