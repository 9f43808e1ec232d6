"""What the gateway counts, for GET /metrics."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

TURNS: Final = Counter("usher_turns", "Turns that the bot answered")
FAILURES: Final = Counter("usher_turn_failures", "Tries that failed", ["kind"])
RETRIES: Final = Counter("usher_turn_retries", "Tries after the first")
GIVEN_UP: Final = Counter("usher_turns_given_up", "Turns that a person has to answer")
SECONDS: Final = Histogram(
    "usher_turn_seconds",
    "From the visitor's message to the bot's reply in the log",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 15, 60, 600),
)
STREAMS: Final = Gauge("usher_event_streams", "Event streams that are open")
