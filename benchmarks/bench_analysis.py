"""Time `analyse_question`, everything the report says of one question: `python -m benchmarks.bench_analysis`.

The ratings of `benchmarks.agreement_rows` (three groups, 5 levels, ten raters an item); with `--blocks`
each item has one of ten sets of raters, as plans in blocks hand them out.
"""

from __future__ import annotations

import argparse
import os
import platform
from time import perf_counter, process_time

from benchmarks.agreement_rows import prepared
from rating.agreement import analyse_question


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="ratings")
    parser.add_argument("--blocks", action="store_true")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'ratings':>12}{'CPU':>12}{'wall':>12}")
    for size in options.sizes:
        ratings = prepared(size, in_blocks=options.blocks).first
        worked, passed = process_time(), perf_counter()
        analyse_question(ratings, seed=1)
        print(f"{size:>12,}{process_time() - worked:>10.1f} s{perf_counter() - passed:>10.1f} s", flush=True)


if __name__ == "__main__":
    main()
