"""One hop: an event is heard once, changes a row, and leads to one event more: inbox, state, outbox and relay."""
