"""The relay alone: what waits in an outbox is said to Kafka, and the outbox is empty."""
