"""Black-76 by QuantLib, for tests/vectors/black76.json.gz.

Each option is [forward, strike, sigma, seconds, call, put, delta, gamma, vega, theta]: forward and strike
in 10^-10, sigma in 2^-40, so that both sides price the same numbers to the last bit; the rest as decimals,
undiscounted, delta and gamma by the forward, theta a year of passing time. Decimals end where QuantLib's
double arithmetic does. A sample is priced again by mpmath to 50 digits, and the header tells the largest
difference, each as a share of the greatest value its quantity can take.
"""

import random
from math import exp, floor, log, log10, sqrt

import mpmath
import QuantLib as ql

import packed

STEPS, FRACTION, YEAR, DAY = 10**10, 2**40, 31_536_000, 86_400
OPTIONS, SAMPLE, SEED = 3_000, 2_000, 76
FORWARDS = (1e-4, 2e5)
QUANTITIES = ["call", "put", "delta", "gamma", "vega", "theta"]

# By region: sigma, seconds, and ln(K / F) as (deviations, limit): up to so many sigma sqrt(T) and the limit.
REGIONS = {
    "near": ((0.1, 2), (DAY, YEAR), (1e9, log(1.25))),
    "wings": ((0.1, 3), (DAY, 2 * YEAR), (1e9, log(100))),
    "deep": ((0.05, 5), (3600, 3 * YEAR), (1e9, 9)),
    "last_hour": ((0.2, 3), (1, 3600), (6, 0.3)),
    "last_minute": ((0.2, 5), (1, 60), (6, 0.1)),
    "long": ((0.2, 1.5), (YEAR, 3 * YEAR), (3, 5)),
    "low_vol": ((0.01, 0.1), (3600, 3 * YEAR), (5, 1)),
    "high_vol": ((2, 8), (60, 3 * YEAR), (4, 9)),
    "at_the_money": ((0.01, 8), (1, 3 * YEAR), (0, 0)),
}


def between(bounds, share):
    """The point at `share` of the way, by its logarithm."""
    low, high = log(bounds[0]), log(bounds[1])
    return exp(low + (high - low) * share)


def inputs(region, shares):
    """Exact inputs from four shares of the region's ranges."""
    sigmas, times, (deviations, limit) = REGIONS[region]
    forward = round(between(FORWARDS, shares[0]) * STEPS)
    sigma = round(between(sigmas, shares[1]) * FRACTION)
    seconds = round(between(times, shares[2]))
    widest = min(limit, deviations * sigma / FRACTION * sqrt(seconds / YEAR))
    strike = round(forward * exp(widest * (2 * shares[3] - 1)))
    return forward, max(strike, 1), sigma, seconds


def scales(forward, sigma, years):
    """What the quantities are told in shares of."""
    root = sqrt(years)
    return [forward, forward, 1, 1 / (forward * sigma * root), forward * root, forward * sigma / root]


def real(option):
    forward, strike, sigma, seconds = option
    return forward / STEPS, strike / STEPS, sigma / FRACTION, seconds / YEAR


def quantlib(option):
    """The quantities by QuantLib, cut after its last significant digit."""
    forward, strike, sigma, years = real(option)
    deviation = sigma * sqrt(years)
    calculator = ql.BlackCalculator(ql.PlainVanillaPayoff(ql.Option.Call, strike), forward, deviation)
    values = [
        calculator.value(),
        ql.blackFormula(ql.Option.Put, strike, forward, deviation),
        calculator.deltaForward(),
        calculator.gammaForward(),
        calculator.vega(years),
        calculator.theta(forward, years),
    ]
    digits = [15 - floor(log10(scale)) for scale in scales(forward, sigma, years)]
    return [round(value, places) + 0.0 for value, places in zip(values, digits)]


def exact(option):
    """The quantities to 50 digits."""
    forward, strike, sigma, years = real([mpmath.mpf(value) for value in option])
    root = mpmath.sqrt(years)
    upper = mpmath.log(forward / strike) / (sigma * root) + sigma * root / 2
    lower = upper - sigma * root
    normal, density = mpmath.ncdf, mpmath.npdf(upper)
    return [
        forward * normal(upper) - strike * normal(lower),
        strike * normal(-lower) - forward * normal(-upper),
        normal(upper),
        density / (forward * sigma * root),
        forward * density * root,
        -forward * density * sigma / (2 * root),
    ]


def deviation(sample):
    """The largest difference of each quantity over the sample."""
    largest = [0.0] * len(QUANTITIES)
    for row in sample:
        forward, _, sigma, years = real(row[:4])
        units = scales(forward, sigma, years)
        gaps = [abs(float(a - b)) / unit for a, b, unit in zip(exact(row[:4]), row[4:], units)]
        largest = [max(pair) for pair in zip(largest, gaps)]
    return {name: float(f"{gap:.3g}") for name, gap in zip(QUANTITIES, largest)}


def main():
    mpmath.mp.dps = 50
    chance = random.Random(SEED)
    corners = [(f, s, t, k) for f in (0, 1) for s in (0, 1) for t in (0, 1) for k in (0, 0.25, 0.5, 0.75, 1)]
    regions = {}
    for region in REGIONS:
        shares = corners + [[chance.random() for _ in range(4)] for _ in range(OPTIONS - len(corners))]
        options = [inputs(region, share) for share in shares]
        regions[region] = [[*option, *quantlib(option)] for option in options]
    everything = [row for rows in regions.values() for row in rows]
    header = {
        "source": f"QuantLib {ql.__version__}",
        "checked": f"mpmath {mpmath.__version__}, {mpmath.mp.dps} digits, {SAMPLE} options",
        "deviation": deviation(chance.sample(everything, SAMPLE)),
        "columns": ["forward", "strike", "sigma", "seconds", *QUANTITIES],
    }
    print(header)
    packed.write("black76.json.gz", {"header": header, "regions": regions})


if __name__ == "__main__":
    main()
