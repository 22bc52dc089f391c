"""The local stack: real Kafka, real PostgreSQL and every service on one machine, without Docker."""
