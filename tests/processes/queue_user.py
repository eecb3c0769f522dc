"""A program of the embedded queue's test: ``write URL FOLDER FIRST COUNT`` or ``read URL FOLDER COUNT``.

The reader prints what it got as JSON: how many messages, how many different ones; it ends when it
has as many as it was told, or when nothing came for a while.
"""

import json
import sys

from kombu import Connection, Exchange, Queue
from kombu.transport import TRANSPORT_ALIASES

PATIENCE = 20  # seconds without a message
TRANSPORT_ALIASES["folder"] = "chanji_dualrandom.queue:Transport"
QUEUE = Queue("numbers", Exchange("numbers", type="direct"), routing_key="numbers")


def options(folder: str) -> dict[str, object]:
    """For the house's transport, and for kombu's own (``filesystem://``) to compare with."""
    return {
        "folder": folder,
        "data_folder_in": f"{folder}/messages",
        "data_folder_out": f"{folder}/messages",
        "control_folder": f"{folder}/control",
        "polling_interval": 0.01,
    }


def write(connection: Connection, first: int, count: int) -> None:
    producer = connection.Producer(serializer="json")
    for number in range(first, first + count):
        producer.publish(
            {"number": number, "text": "污染源" * 20},
            exchange=QUEUE.exchange,
            routing_key="numbers",
            declare=[QUEUE],
        )


def read(connection: Connection, count: int) -> None:
    numbers: list[int] = []

    def take(body: dict[str, int], message: object) -> None:
        numbers.append(body["number"])
        message.ack()  # type: ignore[attr-defined]

    with connection.Consumer(QUEUE, callbacks=[take], accept=["json"]):
        while len(numbers) < count:
            try:
                connection.drain_events(timeout=PATIENCE)
            except TimeoutError:
                break
    sys.stdout.write(json.dumps({"messages": len(numbers), "different": len(set(numbers))}))


if __name__ == "__main__":
    role, url, folder, *numbers = sys.argv[1:]
    with Connection(url, transport_options=options(folder)) as queue:
        {"write": write, "read": read}[role](queue, *map(int, numbers))
