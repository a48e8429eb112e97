"""The kernel's functions by mpmath, for tests/vectors/kernel.json.gz.

Each point is [input, value] (for the power [base, exponent, value]), integers as text: inputs in the units
of the kernel's own arguments, values to the nearest 2^-60, but for square roots, which are exact.
"""

import random
from math import isqrt, log

import mpmath
from mpmath import mp, mpf

import packed

SEED = 48
U64, U128 = 2**64 - 1, 2**128 - 1


def text(*row):
    return [str(value) for value in row]


def fine(value):
    """The nearest whole number of 2^-60."""
    return int(mpmath.nint(value * 2**60))


def around(points, low, high):
    """The points and their neighbours, inside the range."""
    near = {point + step for point in points for step in (-1, 0, 1)}
    return sorted(point for point in near if low <= point <= high)


def logarithms(chance):
    """Powers of two and ten, the ends of the 128 pieces of an octave, small numbers, and every magnitude."""
    points = [2**power for power in range(65)] + [10**power for power in range(20)]
    points += [(128 + piece) << place for piece in range(128) for place in (0, 20, 33, 56)]
    points += list(range(1, 257)) + [chance.getrandbits(chance.randint(9, 64)) for _ in range(800)]
    return [text(x, fine(mpmath.log(x))) for x in around(points, 1, U64)]


def exponentials(chance):
    """The ends, every eighth, the ends of the pieces of ln 2 / 64, and between; in 2^-48."""
    one = 2**48
    points = [eighth * one // 8 for eighth in range(-360, 113)]
    points += [round((2 * piece + 1) * log(2) / 128 * one) for piece in range(-128, 129)]
    points += [chance.randint(-45 * one, 14 * one) for _ in range(800)]
    points += [chance.randint(-(2**bits), 2**bits) for bits in range(1, 48)]
    return [text(x, fine(mpmath.exp(mpf(x) / one))) for x in around(points, -45 * one, 14 * one)]


def roots(chance):
    """Squares, what lies next to them, the ends of the range, and every magnitude."""
    sides = [chance.getrandbits(bits) for bits in range(1, 65) for _ in range(6)]
    sides += [U64 - step for step in range(6)] + [2**bits for bits in range(64)]
    points = [side * side for side in sides] + [(side + 1) ** 2 - 1 for side in sides]
    points += [2**bits for bits in range(129)]
    points += [chance.getrandbits(chance.randint(1, 128)) for _ in range(500)]
    return [text(x, isqrt(x)) for x in around([*points, 0, U128], 0, U128)]


def probabilities(chance):
    """Every multiple of 1/256 on [-9, 9] (ends and middles of the pieces), and between; in 2^-36."""
    one = 2**36
    points = {multiple * one // 256 for multiple in range(-9 * 256, 9 * 256 + 1)}
    points |= {chance.randint(-9 * one, 9 * one) for _ in range(16_000)}
    points |= {chance.randint(-one // 1000, one // 1000) for _ in range(200)}
    return [text(x, fine(mpmath.ncdf(mpf(x) / one))) for x in sorted(points)]


def densities(chance):
    """Every multiple of 1/32 on [-9, 9], and between; in 2^-36."""
    one = 2**36
    points = {multiple * one // 32 for multiple in range(-9 * 32, 9 * 32 + 1)}
    points |= {chance.randint(-9 * one, 9 * one) for _ in range(2_500)}
    return [text(x, fine(mpmath.npdf(mpf(x) / one))) for x in sorted(points)]


def powers(chance):
    """Bases of every magnitude to exponents of up to two either way, results within the range; in 2^-40."""
    one = 2**40
    exponents = [round(part * one) for part in (0.13, 0.3, 0.5, 1, 2, -0.5, -1)]
    rows = []
    while len(rows) < 1_500:
        base = chance.getrandbits(chance.randint(20, 62)) + 1
        exponent = chance.choice([*exponents, chance.randint(0, one), chance.randint(-2 * one, 2 * one)])
        value = (mpf(base) / one) ** (mpf(exponent) / one)
        if value < 2**21:
            rows.append(text(base, exponent, fine(value)))
    return rows


def main():
    mp.dps = 60
    functions = {
        "ln": logarithms,
        "exp": exponentials,
        "sqrt": roots,
        "normal": probabilities,
        "density": densities,
        "pow": powers,
    }
    header = {"source": f"mpmath {mpmath.__version__}, {mp.dps} digits", "values": "2^-60; sqrt exact"}
    tables = {name: points(random.Random(SEED)) for name, points in functions.items()}
    print({name: len(rows) for name, rows in tables.items()})
    packed.write("kernel.json.gz", {"header": header, **tables})


if __name__ == "__main__":
    main()
