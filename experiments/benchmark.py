"""Measure speed beside what a user would take instead, as ratios in one run; nothing here is a test.

python experiments/benchmark.py speed
python experiments/benchmark.py readers --full
"""

import argparse
import importlib

BENCHMARKS = {
    "speed": "start-up, one run and a sweep, beside a bare script with the same MLflow calls",
    "scale": "comparing and looking up among 10,000 tracked runs, and a sweep on two cores",
    "dataset": "a large table to a dataset folder, beside the datasets library alone and ConvoKit",
    "evaluation": "resampled scores beside scikit-learn's metrics, permutations on two cores, and the nested grid",
    "classifiers": "n-grams, kernel, embeddings and questions to a language model, beside bare code for the same",
    "estimate": "shares of ten million predictions by 100 groups, and a crawl predicted beside the bare reader",
    "readers": "the page readers, beside the bare parsers and trafilatura",
}


def main() -> None:
    """Run one of the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", choices=BENCHMARKS, help="; ".join(f"{k}: {v}" for k, v in BENCHMARKS.items()))
    parser.add_argument("--full", action="store_true", help="the full sizes, which take minutes")
    arguments = parser.parse_args()
    importlib.import_module(f"benchmarks.{arguments.benchmark}").run(full=arguments.full)


if __name__ == "__main__":
    main()
