"""CPU ms of the routing rules by length and kind of text: a question costs the same however long it is."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from orchestration.routing.router import choose_route
from orchestration.values.domain import Conversation, Question

LENGTHS = (50, 100, 200, 320, 500, 1000, 2000, 10_000, 100_000)
REPEATS = 40
STORY = (
    "We moved our billing service to a new region last week, and since then the nightly export of the finance team "
    "takes longer than it used to, which is odd because the database did not change. Ana says that the network "
    "between the two zones is slower, Ben thinks that the Postgres version matters, and nobody has measured it. "
)
KINDS = {
    "prose": STORY,
    "commas": "Redis, Kafka, RabbitMQ, Pulsar, ",
    "small commas": "item, item, ",
    "page": "Release notes of Django\nThe Admin now shows a Timeline. See https://example.org/a?b=c for more.\n",
    "bullets": "- Who maintains Flask?\n",
    "questions": "Who maintains Flask? ",
    "relations": "who is the director of the ",
    "stages": "first find the ",
    "versus": "Redis vs Kafka vs ",
    "names": "Is The Aa of Bb ",
    "quotes": 'a "b" c ',
    "dots": "a.b",
    "one word": "a",
    "CJK": "東京と大阪を",
}
"""What is repeated up to the length."""


def cpu_ms(text: str) -> float:
    """The least of some tries: what the rules need, not what else the machine did meanwhile."""
    question = Question(text, Conversation("local", "bench", "0"), "bench")
    tries = []
    for _ in range(REPEATS):
        begun = time.thread_time()
        choose_route(question)
        tries.append(time.thread_time() - begun)
    return min(tries) * 1000


def main() -> None:
    begun = time.thread_time()
    sum(n * n for n in range(100_000))
    print(f"CPU ms a question, the least of {REPEATS}; a sum over 100,000 numbers takes", end=" ")
    print(f"{(time.thread_time() - begun) * 1000:.1f} ms here")
    print(f"{'characters':14}" + "".join(f"{length:>9,}" for length in LENGTHS) + "  longest / 2,000")
    for kind, repeated in KINDS.items():
        texts = [(repeated * (length // len(repeated) + 1))[:length] for length in LENGTHS]
        took = dict(zip(LENGTHS, map(cpu_ms, texts), strict=True))
        growth = took[LENGTHS[-1]] / took[2000]
        print(f"{kind:14}" + "".join(f"{ms:>9.3f}" for ms in took.values()) + f"{growth:>12.2f}", flush=True)


if __name__ == "__main__":
    main()
