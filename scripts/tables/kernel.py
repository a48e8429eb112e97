#!/usr/bin/env python3
"""Writes the tables of the margin kernel; needs mpmath (1.3). Run from the repository's root."""
from mpmath import mp, mpf, erfc, exp, log, nint, pi, sqrt

mp.dps = 50
HEAD = """//! {what}
//!
//! Written by `scripts/tables/kernel.py`; not edited by hand.

"""


def whole(x):
    return int(nint(x))


def write(name, what, items):
    with open(f"crates/margin/src/kernel/{name}.rs", "w") as out:
        out.write(HEAD.format(what=what))
        for doc, kind, rows in items:
            out.write(f"/// {doc}\n#[rustfmt::skip]\npub(super) static {kind} = [\n")
            line = "   "
            for row in rows:
                if len(line) + len(row) > 108:
                    out.write(line + "\n")
                    line = "   "
                line += " " + row + ","
            out.write(line + "\n];\n")


def normal():
    """Cubic Hermite pieces in 2^-40 of the normal distribution less a half, each continuous with the next."""
    steps, count = 128, 896
    cdf = lambda x: erfc(-x / sqrt(2)) / 2
    pdf = lambda x: exp(-x * x / 2) / sqrt(2 * pi)
    one = mpf(2) ** 40
    value = [whole((cdf(mpf(i) / steps) - mpf(1) / 2) * one) for i in range(count + 1)]
    slope = [whole(pdf(mpf(i) / steps) / steps * one) for i in range(count + 1)]
    value[count] = 2**39  # Saturated from here on, and reached without a step.
    rows = []
    for i in range(count):
        gap = value[i + 1] - value[i]
        square, cube = 3 * gap - 2 * slope[i] - slope[i + 1], slope[i] + slope[i + 1] - 2 * gap
        # Beyond one the cube rises; where rounding of the last few units of the tail says that it falls, a
        # parabola through both ends with the curvature of the middle is as good.
        first = slope[i]
        if i >= steps and cube < 0:
            x = (mpf(i) + mpf(1) / 2) / steps
            square, cube = whole(-x * pdf(x) / steps**2 / 2 * one), 0
            first = gap - square
        # A step of t moves its square by two units at most: the piece rises, or is a straight line.
        rises = first + 2 * min(square, 0) >= 0
        rows.append((value[i], first, square, cube) if rises else (value[i], gap, 0, 0))
    rows.append((2**39, 0, 0, 0))  # Everything beyond.
    return ["[%d, %d, %d, %d]" % row for row in rows]


def logarithm():
    """Reciprocals in 2^-63 of the middles of 128 intervals of [1, 2), and minus their logarithms in 2^-56."""
    rows = []
    for i in range(128):
        inverse = whole(mpf(2) ** 63 * 256 / (257 + 2 * i))
        rows.append("(%d, %d)" % (inverse, whole(-log(mpf(inverse) / mpf(2) ** 63) * mpf(2) ** 56)))
    return rows


def power():
    return ["%d" % whole(mpf(2) ** (62 + mpf(i) / 64)) for i in range(64)]


write("normal_table", "The normal distribution less a half, on [0, 7), in cubic pieces.", [
    ("Piece `i` starts at i/128: value, slope, and the two higher coefficients, in 2^-40.",
     "NORMAL: [[i64; 4]; 897]", normal())])
write("log_table", "Logarithms of 128 points, and powers of two at 64.", [
    ("For each 1/128 of [1, 2): the reciprocal of its middle in 2^-63, and the middle's logarithm in 2^-56.",
     "LOG: [(u64, i64); 128]", logarithm()),
    ("2^(i/64) in 2^-62.", "POWER: [i64; 64]", power())])
