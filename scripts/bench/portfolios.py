"""Random portfolios in the form of tests/vectors/pmrm_portfolios.json, with typical markets."""

import json
import random
from math import sqrt
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[2] / "tests" / "vectors" / "pmrm_portfolios.json"
ROWS = "default_rows_[spot,vol,damp]"
YEAR = 365 * 86_400
SPOT = 3_000.0


def make(accounts, expiries, options):
    """So many accounts with a perp and so many options each; the same ones on every machine."""
    published = json.loads(VECTORS.read_text())
    chance = random.Random(f"{accounts} {expiries} {options}")
    cases = [portfolio(chance, place, expiries, options) for place in range(accounts)]
    return {"default_params": published["default_params"], ROWS: published[ROWS], "cases": cases}


def portfolio(chance, place, expiries, options):
    spot = round(SPOT * chance.uniform(0.8, 1.25), 2)
    feeds = [feed(chance, spot, days) for days in (2, 9, 37, 100)[:expiries]]
    strikes = set()
    while len(strikes) < options:
        date = feeds[len(strikes) % expiries]["sec_to_expiry"]
        strikes.add((date, round(spot * chance.uniform(0.7, 1.4) / 5) * 5))
    return {
        "id": f"account {place}",
        "spot": spot,
        "spot_conf": 1.0,
        "stable": 1.0,
        "cash": round(chance.uniform(-5e4, 2e5), 2),
        "perp": {
            "amount": round(chance.uniform(-50, 50), 2),
            "price": round(spot * 1.001, 2),
            "conf": 1.0,
            "upnl": round(chance.uniform(-1e4, 1e4), 2),
            "ufunding": round(chance.uniform(-100, 100), 2),
        },
        "collaterals": [
            {
                "name": "token",
                "amount": round(chance.uniform(1, 20), 2),
                "price": spot,
                "conf": 1.0,
                "risk_cancelling": True,
                "im_haircut": 0.05,
                "mm_haircut": 0.05,
            }
        ],
        "options": [
            {
                "sec_to_expiry": date,
                "strike": float(strike),
                "call": chance.randrange(2),
                "amount": chance.choice([-1, 1]) * round(chance.uniform(1, 40), 2),
            }
            for date, strike in sorted(strikes)
        ],
        "feeds": feeds,
        "param_overrides": {},
    }


def feed(chance, spot, days):
    """A date with a smile whose volatility at the forward is near 60 %."""
    seconds = days * 86_400 - chance.randrange(86_400)
    years = seconds / YEAR
    forward = round(spot * (1 + 0.05 * years), 2)
    root, rho = sqrt(years), chance.uniform(-0.4, 0.2)
    return {
        "sec_to_expiry": seconds,
        "forward": forward,
        "rate": 0.05,
        "fwd_conf": 1.0,
        "rate_conf": 1.0,
        "vol_conf": 1.0,
        "svi_a_b_rho_m_sigma_F_tau": [0.3 * years, 0.2 * root, rho, -0.02, 0.3 * root, forward, years],
    }


def parameters(document, case):
    """The parameters and rows of a case."""
    merged = {name: dict(section) for name, section in document["default_params"].items()}
    rows = document[ROWS]
    for name, section in case["param_overrides"].items():
        if name == "Scenarios":
            rows = section
        else:
            merged[name].update(section)
    return merged, rows
