"""Published check numbers of single formulas, each beside its recomputation by mpmath to 30 digits.

Writes tests/vectors/primitives.json. `published` is as printed by its source; a recomputation that leaves
it by more than one part in 10^9 stops the script.
"""

import json

import mpmath
from mpmath import mp, mpf

import packed

# forward, strike, sigma, days, discount, then what is published of the discounted option.
OPTIONS = [
    ("1500", "1500", "1", 7, "1", {"call": "82.805080668634559515"}),
    (
        *("1000", "1200", "0.25", 30, "0.9991784198737006"),
        {"call": "0.137082128426579297", "put": "199.972766103166719631", "delta": "0.006071372605597036"},
    ),
    ("1000", "700", "0.75", 2, "0.9998904169635637", {"call": "299.967125089526177817"}),
]
NORMAL = {"1": "0.841344746068542957", "2": "0.977249868051820775"}
FACTORS = {
    "seconds": 794_852,
    "rate": "0.15",
    "vol": {"up": "0.5", "down": "0.275", "short_power": "0.3", "floor_seconds": 86_400},
    "published": {"discount": "0.9962264490688729", "up": "1.712811375927374", "down": "0.6079537432399443"},
}
SURFACE = {
    "years": "0.0383561644",
    "a": "0.0276164384",
    "b": "0.0414246575",
    "rho": "0.0034520548",
    "m": "0.0017260274",
    "s": "0.0003452055",
    "forward": "1805",
}
SIGMAS = {"1500": "0.9597244734", "1800": "0.8513856077", "2100": "0.9392449863", "2400": "1.0133571334"}


def beside(published, recomputed):
    """Both as text; the published one only says so many digits."""
    for name, value in published.items():
        assert abs(recomputed[name] / mpf(value) - 1) < mpf("1e-9"), (name, value, recomputed[name])
    return {"published": published, "recomputed": {name: mp.nstr(recomputed[name], 30) for name in published}}


def option(forward, strike, sigma, days, discount, published):
    """A discounted Black-76 option; its delta is that of the undiscounted one, as its source has it."""
    f, k, disc = mpf(forward), mpf(strike), mpf(discount)
    deviation = mpf(sigma) * mpmath.sqrt(mpf(days) / 365)
    upper = mpmath.log(f / k) / deviation + deviation / 2
    call = f * mpmath.ncdf(upper) - k * mpmath.ncdf(upper - deviation)
    values = {"call": disc * call, "put": disc * (call - f + k), "delta": mpmath.ncdf(upper)}
    given = {"forward": forward, "strike": strike, "sigma": sigma, "days": days, "discount": discount}
    return {**given, **beside(published, values)}


def factors():
    """Discount and volatility factors of one expiry below 30 days."""
    vol, seconds = FACTORS["vol"], FACTORS["seconds"]
    z = (mpf(30 * 86_400) / max(seconds, vol["floor_seconds"])) ** mpf(vol["short_power"])
    values = {
        "discount": mpmath.exp(-mpf(FACTORS["rate"]) * seconds / 31_536_000),
        "up": 1 + mpf(vol["up"]) * z,
        "down": max(0, 1 - mpf(vol["down"]) * z),
    }
    return {**FACTORS, **beside(FACTORS["published"], values)}


def sigma(strike):
    """Volatility of a strike on the surface."""
    years, a, b, rho, m, s, forward = (mpf(value) for value in SURFACE.values())
    limit = 4 * mpmath.sqrt(a + b * s)
    k = max(-limit, min(limit, mpmath.log(mpf(strike) / forward)))
    return mpmath.sqrt((a + b * (rho * (k - m) + mpmath.sqrt((k - m) ** 2 + s * s))) / years)


def main():
    mp.dps = 50
    content = {
        "source": f"published values; mpmath {mpmath.__version__}, {mp.dps} digits",
        "options": [option(*row) for row in OPTIONS],
        "normal": beside(NORMAL, {d: mpmath.ncdf(mpf(d)) for d in NORMAL}),
        "factors": factors(),
        "surface": {**SURFACE, "sigma": beside(SIGMAS, {strike: sigma(strike) for strike in SIGMAS})},
    }
    (packed.FOLDER / "primitives.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
