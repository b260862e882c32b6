"""Send events by the official Python client: host, write key, how many, the first one's time."""

import sys
from datetime import datetime, timedelta

from segment.analytics.client import Client

host, write_key, count, first_at = sys.argv[1:]
client = Client(
    write_key, host=host, gzip=True, max_retries=30, timeout=10, max_queue_size=int(count) + 1
)
for number in range(int(count)):
    if number == int(count) // 2:
        print("half", flush=True)
    client.track(
        user_id=f"python-{number % 97}",
        event="Product Viewed",
        properties={"product_id": f"p{number}"},
        timestamp=datetime.fromisoformat(first_at) + timedelta(seconds=number),
        message_id=f"python-{number}",
    )
client.shutdown()
