"""Compares the engine with QuantLib and NumPy on the same portfolios, and writes bench/host.md.

The three must agree; then each is timed in one thread. `bench/host.md` says how to run this.
"""

import os

# Before NumPy is loaded: one thread for all.
os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")})

import json
import math
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy
import QuantLib
import scipy

import by_numpy
import by_quantlib
import portfolios

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
FOLDER = TARGET / "bench"
# Name, accounts, expiries, options of each account beside its perp.
SETS = [("10 legs", 200, 3, 9), ("64 legs", 50, 4, 63)]
# Of an account's gross notional; the engine takes up to 2^-31 of it for its own errors.
TOLERANCE = 1e-8
ROUNDS = 25
# Options that QuantLib prices in a round: short rounds are disturbed less.
SOME = 5_000
GROUPS = [
    ("cell", "cells of 64 strikes"),
    ("account, BALLAST", "accounts of 10 legs, `ballast`"),
    ("account, PMRM", "accounts of 10 legs, `pmrm`"),
]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    cargo("build", "--package", "ballast-cli")
    cargo("build", "--package", "ballast-margin", "--example", "portfolios")
    published = json.loads(portfolios.VECTORS.read_text())
    worst = agree(portfolios.VECTORS, published)
    rows = []
    for name, accounts, expiries, options in SETS:
        document = portfolios.make(accounts, expiries, options)
        expect(document)
        path = FOLDER / f"{name.replace(' ', '-')}.json"
        path.write_text(json.dumps(document))
        worst = max(worst, agree(path, document))
        timed = timings(path, document)
        for what in ("account", "cell"):
            rows.append((name, what, [timed[way][what] for way in ("engine", "numpy", "quantlib")]))
    cargo("bench", "--package", "ballast-margin", "--features", "twin", "--bench", "engine")
    text = page(rows, [(label, *estimates(group)) for group, label in GROUPS], worst)
    (ROOT / "bench" / "host.md").write_text(text)
    print(text)


def cargo(verb, *arguments):
    release = [] if verb == "bench" else ["--release"]
    command = ["cargo", verb, "--quiet", "--locked", *release, *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)


def prepared(way, document):
    return [way.prepare(case, *portfolios.parameters(document, case)) for case in document["cases"]]


def expect(document):
    """Puts into the portfolios what they must need, as in the published file."""
    for case, book in zip(document["cases"], prepared(by_quantlib, document)):
        value, maintenance, initial, worst, contingency, *profits = by_quantlib.margin(book)
        case["expected"] = {"mtm": value, "MM": maintenance, "IM": initial, "worst": worst}
        case["expected"] |= {"fwd_contingency": contingency, "scenario_pnl_my_calc": profits}


def agree(path, document):
    """The largest difference of two ways as a share of gross notional; more than a little ends the script."""
    command = [TARGET / "release" / "ballast", "margin", "--json", path]
    engine = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    keys = ("mtm", "mm", "im", "worst", "forward_contingency")
    engine = [[float(number) for number in (*map(a.get, keys), *a["rows"])] for a in engine]
    largest = 0.0
    for way in (by_numpy, by_quantlib):
        others = map(way.margin, prepared(way, document))
        for case, mine, theirs in zip(document["cases"], engine, others, strict=True):
            gross = notional(case)
            for one, other in zip(mine, theirs, strict=True):
                share = abs(one - other) / gross
                if not share <= TOLERANCE:
                    sys.exit(f"{path.name}, {case['id']}: {mine} by the engine, {theirs} by {way.__name__}")
                largest = max(largest, share)
    return largest


def notional(case):
    """What an account holds, by size alone; one at least."""
    contracts = sum(abs(held["amount"]) for held in (case["perp"], *case["options"]))
    tokens = sum(token["amount"] * token["price"] for token in case["collaterals"])
    return max(1, contracts * case["spot"] + tokens)


def timings(path, document):
    """Nanoseconds of an account, and of one option in one row, by each way."""
    command = [TARGET / "release" / "examples" / "portfolios", path]
    engine = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    ways = {"engine": engine}
    for name, way in (("numpy", by_numpy), ("quantlib", by_quantlib)):
        books = prepared(way, document)
        ways[name] = {"account": sum(fastest(way.margin, [[book] for book in books])) / len(books)}
    grid = by_numpy.grid(prepared(by_numpy, document))
    ways["numpy"]["cell"] = fastest(by_numpy.black, [grid])[0] / grid[0].size
    types = numpy.where(grid[3] > 0, QuantLib.Option.Call, QuantLib.Option.Put)
    columns = [column.ravel()[:SOME].tolist() for column in (types, grid[1], grid[0], grid[4])]
    ways["quantlib"]["cell"] = fastest(by_quantlib.prices, [[columns]])[0] / SOME
    return ways


def fastest(work, calls):
    """Nanoseconds of each call in the round that disturbed it least."""
    times = [math.inf] * len(calls)
    for _ in range(ROUNDS):
        for place, arguments in enumerate(calls):
            start = perf_counter()
            work(*arguments)
            times[place] = min(times[place], perf_counter() - start)
    return [time * 1e9 for time in times]


def estimates(group):
    """Nanoseconds of one element by the engine and by its twin, from what criterion measured."""
    times = []
    for way in ("engine", "twin"):
        folder = TARGET / "criterion" / group / way / "new"
        count = json.loads((folder / "benchmark.json").read_text())["throughput"]["Elements"]
        sample = json.loads((folder / "sample.json").read_text())
        each = [time / rounds for time, rounds in zip(sample["times"], sample["iters"], strict=True)]
        # Of differences (the cells) the least is as wrong as the greatest.
        times.append((median(each) if group == "cell" else min(each)) / count)
    return times


def rate(nanoseconds):
    """So many a second, in three figures."""
    return f"{float(f'{1e9 / nanoseconds:.3g}'):,.0f}".replace(",", " ")


def page(rows, pairs, worst):
    rustc = subprocess.run(["rustc", "--version"], cwd=ROOT, check=True, capture_output=True, text=True)
    rustc = rustc.stdout.split()[1]
    versions = f"Rust {rustc}, Python {platform.python_version()}, NumPy {numpy.__version__}, "
    versions += f"SciPy {scipy.__version__}, QuantLib {QuantLib.__version__}"
    units = {"account": "accounts", "cell": "cells"}
    table = "".join(
        f"| {name}, {units[what]} | {' | '.join(map(rate, times))} "
        f"| {times[1] / times[0]:.0f} | {times[2] / times[0]:.0f} |\n"
        for name, what, times in rows
    )
    twins = "".join(
        f"| {label} | {rate(engine)} | {rate(twin)} | {twin / engine:.1f} |\n"
        for label, engine, twin in pairs
    )
    return PAGE.format(versions=versions, table=table, twins=twins, worst=f"{worst:.1e}")


PAGE = """# The engine on an ordinary machine

Written by `scripts/bench/compare.py`:

    python3 -m venv target/bench/python
    target/bench/python/bin/pip install QuantLib==1.44 numpy==2.4.6 scipy==1.17.1
    target/bench/python/bin/python scripts/bench/compare.py

Two cores of a shared virtual machine, of which one thread is used. Of many short rounds the fastest counts:
it is the one that others on the machine disturbed least. {versions}.

## Against QuantLib and NumPy

The margin of whole accounts by the `pmrm` method (31 rows and two of the forward contingency): volatilities
from SVI, prices, rows, add-ons, value, maintenance and initial margin. Before they are timed the three
compute the published portfolios of `tests/vectors/pmrm_portfolios.json` and the random ones that are timed:
value, margins and every row agree to {worst} of gross notional. Reading files and laying out arrays is not
timed. One second is enough for:

| | engine | NumPy | QuantLib | engine / NumPy | engine / QuantLib |
|---|---|---|---|---|---|
{table}
A cell is one option in one row. For the engine it is what a row more costs an account, for the others
prices alone: NumPy prices the options of all accounts as one grid (`scipy.special.ndtr`), QuantLib is called
from Python for each (`blackFormula`), so the call counts too. An account is one grid for NumPy. What is not
prices is Python for both, and counts as well.

## Against its own floating-point twin

`cargo bench -p ballast-margin --features twin`: the same model by the simplest formulas in `f64`. One second
is enough for:

| | engine | twin | engine / twin |
|---|---|---|---|
{twins}"""


if __name__ == "__main__":
    main()
