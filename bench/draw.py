"""Selection from a large pool against the bare hashes it needs, and the outcome tree, in one process.

    python bench/draw.py [--units 1000000] [--rounds 5] [--against-consistent-sampler]

Every figure is the best of the rounds, in processor time; ratios are what counts. The comparison
needs ``pip install consistent_sampler==1.0.10``, which nothing else here uses.
"""

import argparse
import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sampling.rules.protocol import (
    Category,
    DrawResult,
    Pool,
    PoolSource,
    ids_of,
    outcome_leaves,
    outcome_root,
    select,
)

SEED = sha256(b"bench").hexdigest()
QUOTA = 10_000
LEAVES = 100_000


def units(count: int) -> list[PoolSource]:
    """Weights 1 to 3, a third of the units in the second tier."""
    rng = random.Random(1)  # noqa: S311
    return [
        PoolSource(Category.GENERAL, int(rng.random() < 1 / 3), f"PS{n:07d}", rng.randint(1, 3))
        for n in range(count)
    ]


def best(rounds: int, work: Callable[[], object]) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def bare(messages: list[bytes]) -> None:
    for message in messages:
        sha256(message).digest()


def memory_beyond_the_pool(pool: list[PoolSource]) -> float:
    """MB at the highest point of the selection, the pool itself not counted."""
    tracemalloc.start()
    select(SEED, pool, first=2 * QUOTA)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def tree(sources: list[PoolSource], rounds: int) -> tuple[float, float]:
    """Seconds for the salted leaves of a draw, and for the root over them."""
    order = ids_of(select(SEED, sources))
    quota = min(QUOTA, len(order) // 20)
    result = DrawResult(
        {"general": order[:quota]},
        {"general": order[quota:]},
        {source_id: ["IN001", "IN002"] for source_id in order[:quota]},
    )
    pool = Pool("2027Q1", tuple(sources), {Category.GENERAL: quota}, (), (), ())
    leaves = outcome_leaves(pool, result, SEED)
    salting = best(rounds, lambda: outcome_leaves(pool, result, SEED))
    return salting, best(rounds, lambda: outcome_root(leaves))


def sampled(ids: list[str]) -> None:
    from consistent_sampler import sampler

    for number, _ticket in enumerate(sampler(ids, seed=SEED, with_replacement=False), 1):
        if number == 2 * QUOTA:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against-consistent-sampler", action="store_true")
    options = parser.parse_args()
    pool = units(options.units)
    messages = [
        f"{SEED}|general|{unit.source_id}|{k}".encode()
        for unit in pool
        for k in range(1, unit.weight + 1)
    ]
    floor = best(options.rounds, lambda: bare(messages))
    some = best(options.rounds, lambda: select(SEED, pool, first=2 * QUOTA))
    whole = best(options.rounds, lambda: select(SEED, pool))
    print(f"{len(pool)} units; bare SHA-256 calls: {floor:.2f} s")
    print(f"{QUOTA} selected, {QUOTA} reserves: {some:.2f} s = {some / floor:.2f} x")
    print(f"all reserves ranked: {whole:.2f} s = {whole / floor:.2f} x")
    print(f"memory beyond the pool: {memory_beyond_the_pool(pool):.1f} MB")
    salting, root = tree(pool[:LEAVES], options.rounds)
    print(f"{min(LEAVES, len(pool))} outcome leaves: {salting:.2f} s; their tree: {root:.2f} s")
    if options.against_consistent_sampler:
        ids = [unit.source_id for unit in pool]
        other = best(2, lambda: sampled(ids))
        even = [unit._replace(tier=0, weight=1) for unit in pool]
        ours = best(options.rounds, lambda: select(SEED, even, first=2 * QUOTA))
        print(f"consistent_sampler, one ticket each: {other:.2f} s; here {ours:.2f} s")
        print(
            f"that is {other / ours:.1f} x faster; against the weighted pool {other / some:.1f} x"
        )


if __name__ == "__main__":
    main()
