"""Slices and pairs of slices of volatility surfaces, with how far each is from arbitrage where it is checked.

Writes tests/vectors/surfaces.json.gz. Parameters are whole numbers in 2^-48, so that both sides compute with the
same slice. The first number beside a slice is the least g / (1 + n) over the checked strikes, the second what the
wing leaves at the worse of the last two; that of a pair is the least difference of clamped variances over the
checked moneynesses, as a share of the larger level and the wider clamp times both b. All by mpmath; most of the
random ones are moved, in floating point, to where a number is nearly nothing.
"""

import math
import random

import mpmath
from mpmath import mp, mpf

import packed

ONE = 1 << 48
SIDE = 16
RANDOM = 150
# Gatheral and Jacquier, Arbitrage-free SVI volatility surfaces (2014), section 5: Vogt's slice, what it is in jump
# wings, and two of its neighbours without arbitrage, by the closed form and by an optimisation: (c, least variance).
VOGT = ("-0.0410", "0.1331", "0.3060", "0.3586", "0.4153")
JUMP_WINGS = {"v": "0.01742625", "psi": "-0.1752111", "p": "0.6997381", "c": "1.316798", "least": "0.0116249"}
REPAIRED = {"closed": ("0.3493158", "0.01548182"), "optimised": ("0.8564763", "0.0116249")}


def raw(v, psi, p, c, least):
    """Raw parameters of a slice of one year in jump wings."""
    root = mpmath.sqrt(v)
    b = root / 2 * (c + p)
    rho = 1 - p * root / b
    beta = rho - 2 * psi * root / b
    alpha = mpmath.sign(beta) * mpmath.sqrt(1 / beta**2 - 1)
    across = mpmath.sign(alpha) * mpmath.sqrt(1 + alpha**2) - alpha * mpmath.sqrt(1 - rho**2) - rho
    m = (v - least) / (b * across)
    s = alpha * m
    return least - b * s * mpmath.sqrt(1 - rho**2), b, rho, m, s


def jump_wings(a, b, rho, m, s):
    """The reverse, for one year."""
    root = mpmath.sqrt(m * m + s * s)
    v = a + b * (root - rho * m)
    w = mpmath.sqrt(v)
    return {
        "v": v,
        "psi": b / 2 / w * (rho - m / root),
        "p": b / w * (1 - rho),
        "c": b / w * (1 + rho),
        "least": a + b * s * mpmath.sqrt(1 - rho**2),
    }


def bits(slice_):
    return [int(mpmath.nint(mpf(value) * ONE)) for value in slice_]


def exact(slice_):
    return [mpf(value) / ONE for value in slice_]


class Slice:
    """A slice in the numbers of `of`: floating point, or mpmath."""

    def __init__(self, of, values):
        self.of = of
        self.a, self.b, self.rho, self.m, self.s = values
        self.level = self.a + self.b * self.s
        self.limit = 4 * of.sqrt(self.level)

    def variance(self, k):
        x = k - self.m
        return self.a + self.b * (self.rho * x + self.of.sqrt(x * x + self.s * self.s))

    def priced(self, k):
        return self.variance(max(-self.limit, min(self.limit, k)))

    def density(self, k):
        """g / (1 + n)."""
        x, w = k - self.m, self.variance(k)
        r = self.of.sqrt(x * x + self.s * self.s)
        slope, curve = self.b * (self.rho + x / r), self.b * self.s * self.s / (r * r * r)
        n = slope * slope / 4 * (1 / w + self.of.one / 4)
        return ((1 - k * slope / (2 * w)) ** 2 - n + curve / 2) / (1 + n)

    def least(self):
        end = self.of.asinh((self.limit + abs(self.m)) / self.s)
        steps = [step for step in range(-SIDE, SIDE + 1) if step]
        return min(self.density(self.m + self.s * self.of.sinh(end * step / SIDE)) for step in steps)

    def ends(self):
        """What |k w'| / 2w + |w'| / 4 leaves of one less (Z + 3) / (Z^2 + 6 Z + 3), at the worse end."""
        least = self.of.one
        for side in (-1, 1):
            k = self.m + side * (self.limit + abs(self.m))
            x, w = k - self.m, self.variance(k)
            slope = self.b * (self.rho + x / self.of.sqrt(x * x + self.s * self.s))
            if slope * side > 0:
                z = min(512, (abs(k) + w / 2) ** 2 / w)
                left = 1 - k * slope / (2 * w) - abs(slope) / 4
                least = min(least, left - (z + 3) / (z * z + 6 * z + 3))
        return least

    def bottom(self):
        return self.m - self.rho * self.s / self.of.sqrt(1 - self.rho * self.rho)

    def bounded(self):
        """Whether it is within the bounds of parameters, by a margin that rounding to 2^-48 does not cross."""
        low, high = self.of.one * 1001 / 1000, self.of.one * 999 / 1000
        narrow = self.of.sqrt(1 - self.rho * self.rho)
        return (
            2**-32 * low < self.level < 64 * high
            and self.limit / 4096 * low < self.s < 16 * self.limit * high
            and self.b < 8 * self.limit * high
            and self.b < 1024 * self.s * high
            and abs(self.m) < 2 * self.limit * high
            and self.b * (1 + abs(self.rho)) < 2 * high
            and self.level - self.b * self.s * (1 - narrow) > self.level / 64 * low
        )


class Float:
    one = 1.0
    sqrt, asinh, sinh = math.sqrt, math.asinh, math.sinh


class Exact:
    one = mpf(1)
    sqrt, asinh, sinh = mpmath.sqrt, mpmath.asinh, mpmath.sinh


def gap(earlier, later):
    """The least difference of two slices."""
    near, far = earlier.limit, later.limit
    places = [part * near / 2 for part in range(-2, 3)] + [part * far / 4 for part in range(-4, 5)]
    places += [later.m, later.bottom()]
    scale = max(earlier.level, later.level) + max(near, far) * (earlier.b + later.b)
    return min(later.priced(k) - earlier.priced(k) for k in places) / scale


def draw(rng):
    """A slice anywhere within the bounds: dates from seconds to years, most shapes."""
    level = 10 ** rng.uniform(-8.5, 1.5)
    limit = 4 * math.sqrt(level)
    b = 10 ** rng.uniform(-2, 1.5) * math.sqrt(level)
    s = limit * 10 ** rng.uniform(-3.5, 1.15)
    rho = math.copysign(1 - 10 ** rng.uniform(-3, 0), rng.uniform(-1, 1))
    m = limit * rng.choice([rng.uniform(-0.2, 0.2), rng.uniform(-2, 2)])
    return [level - b * s, b, rho, m, s]


def moved(values, toward, judge):
    """Values between two lists where `judge` changes sign, or nothing."""
    at = lambda part: [x + part * (y - x) for x, y in zip(values, toward)]
    low, high = 0.0, 1.0
    if (judge(at(low)) < 0) == (judge(at(high)) < 0):
        return None
    for _ in range(60):
        part = (low + high) / 2
        low, high = (part, high) if (judge(at(part)) < 0) == (judge(at(low)) < 0) else (low, part)
    return at(low)


def random_slice(rng, near=None):
    """Near: b such that a judge finds nearly nothing, then three thousandths of it more or less at most."""
    while True:
        values = draw(rng)
        if not Slice(Float, values).bounded():
            continue
        if near:
            a, b, rho, m, s = values
            level = a + b * s
            values = moved([level, 0, rho, m, s], values, lambda slice_: near(Slice(Float, slice_)))
            if values is None:
                continue
            a, b, *rest = values
            less = b * rng.choice([-1, 1]) * 10 ** rng.uniform(-4.5, -2.5)
            values = [a - less * s, b + less, *rest]
        values = bits(values)
        if Slice(Exact, exact(values)).bounded():
            return values


def random_pair(rng, near):
    """Near: the later's level such that it nearly touches the earlier."""
    while True:
        first = draw(rng)
        if not Slice(Float, first).bounded():
            continue
        level = first[0] + first[1] * first[4]
        up = 10 ** rng.choice([rng.uniform(0, 0.5), rng.uniform(0, 3)])
        b = first[1] * up ** rng.uniform(0, 1) * 10 ** rng.gauss(0, 0.1)
        s = first[4] * math.sqrt(up) * 10 ** rng.gauss(0, 0.3)
        rho = max(-0.999, min(0.999, first[2] + rng.gauss(0, 0.2)))
        m = first[3] * math.sqrt(up) + rng.gauss(0, 0.2) * math.sqrt(level)
        second = [level * up - b * s, b, rho, m, s]
        if not Slice(Float, second).bounded():
            continue
        if near:
            lifted = [second[0] + 2 * level, *second[1:]]
            judge = lambda later: gap(Slice(Float, first), Slice(Float, later))
            second = moved(second, lifted, judge)
            if second is None:
                continue
            second[0] += rng.choice([-1, 1]) * level * 10 ** rng.uniform(-6, -3)
        pair = [bits(first), bits(second)]
        if all(Slice(Exact, exact(values)).bounded() for values in pair):
            return pair


def text(number):
    return mp.nstr(number, 20)


def judgement(slice_):
    return [text(slice_.least()), text(slice_.ends())]


def published():
    """Vogt's slice and its neighbours: the least g anywhere, where, and over the checked strikes."""
    vogt = [mpf(value) for value in VOGT]
    for name, value in jump_wings(*vogt).items():
        assert abs(value / mpf(JUMP_WINGS[name]) - 1) < mpf("1e-6"), (name, value)
    jw = {name: mpf(value) for name, value in JUMP_WINGS.items()}
    c = jw["p"] + 2 * jw["psi"]
    closed = {"c": c, "least": jw["v"] * 4 * jw["p"] * c / (jw["p"] + c) ** 2}
    for value, printed in zip(closed.values(), REPAIRED["closed"]):
        assert abs(value / mpf(printed) - 1) < mpf("1e-6"), (value, printed)
    slices = {"vogt": vogt}
    for name, (c, least) in REPAIRED.items():
        slices[name] = raw(**{**jw, "c": mpf(c), "least": mpf(least)})
    found = {}
    for name, values in slices.items():
        values = bits(values)
        slice_ = Slice(Exact, exact(values))
        inside = [slice_.limit * step / 500 for step in range(-500, 501)]
        anywhere = [mpf(step) / 500 for step in range(-1000, 1001)]
        found[name] = {
            "slice": values,
            "least": text(slice_.least()),
            "ends": text(slice_.ends()),
            "least_inside_the_clamp": text(min(map(slice_.density, inside))),
            "least_anywhere": text(min(map(slice_.density, anywhere))),
        }
    return found


def main():
    mp.dps = 50
    rng = random.Random(20)
    dense = lambda slice_: slice_.least()
    steep = lambda slice_: slice_.ends() if slice_.least() > 0.001 else 1
    slices = [random_slice(rng, judge) for judge in (None, dense, steep) for _ in range(RANDOM)]
    pairs = [random_pair(rng, near=count % 2 == 1) for count in range(2 * RANDOM)]
    judged = lambda pair: gap(*(Slice(Exact, exact(values)) for values in pair))
    content = {
        "source": f"mpmath {mpmath.__version__}, {mp.dps} digits",
        "published": published(),
        "slices": [[values, *judgement(Slice(Exact, exact(values)))] for values in slices],
        "pairs": [[*pair, text(judged(pair))] for pair in pairs],
    }
    packed.write("surfaces.json.gz", content)


if __name__ == "__main__":
    main()
