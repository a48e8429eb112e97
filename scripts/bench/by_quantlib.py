"""The `pmrm` margin with QuantLib's Black formula, called once for each option and row."""

from math import exp, log, sqrt

import QuantLib as ql

from method import MOVES, SETTLEMENT, factor, margins, moving, statics, tilt
from portfolios import YEAR

TYPES = (ql.Option.Put, ql.Option.Call)


def prepare(case, parameters, rows):
    """What is not timed: names to numbers, and each date's options together."""
    columns = [(1 if MOVES[vol] > 2 else spot, MOVES[vol], weight) for spot, vol, weight in rows]
    dates = []
    for feed in case["feeds"]:
        held = [option for option in case["options"] if option["sec_to_expiry"] == feed["sec_to_expiry"]]
        dates.append((feed, [(TYPES[o["call"]], o["strike"], o["amount"]) for o in held]))
    return case, parameters, columns, dates


def margin(prepared):
    """Value, MM, IM, the worst profit or loss, that of the forward contingency, and those of the rows."""
    case, parameters, columns, dates = prepared
    basis, perp = parameters["BasisContingency"], case["perp"]
    linear = perp["amount"] * perp["price"]
    linear += moving(case)
    profits = [linear * (spot - 1) for spot, _, _ in columns]
    contingency, mark = 0.0, 0.0
    for feed, options in dates:
        date = Date(feed, options, parameters)
        now = date.value(1, 0)
        mark += now
        for place, (spot, vol, _) in enumerate(columns):
            value = date.value(spot, vol)
            change = value * date.statics[value < 0] - now
            profits[place] += -abs(change) if vol > 2 else change
        moved = [date.value(basis[name], 0) - now for name in ("SCENARIO_SPOT_UP", "SCENARIO_SPOT_DOWN")]
        share = basis["BASIS_CONT_ADD_FACTOR"] + basis["BASIS_CONT_MULT_FACTOR"] * date.years
        contingency += min(0, *moved) * share
    profits = [weight * profit for (_, _, weight), profit in zip(columns, profits)]
    worst = min(0, contingency, *profits)
    return *margins(case, parameters, worst, mark), worst, contingency, *profits


class Date:
    """One expiry: everything that does not depend on the row."""

    def __init__(self, feed, options, parameters):
        seconds, rate = feed["sec_to_expiry"], max(feed["rate"], 0)
        self.forward, self.years = feed["forward"], seconds / YEAR
        self.open = min(1, seconds / SETTLEMENT)
        self.discount = exp(-rate * self.years)
        self.statics = statics(self.years, rate, parameters["Margin"])
        vol, skew, root = parameters["VolShock"], parameters["SkewShock"], sqrt(self.years)
        z = factor(seconds, vol)
        tilts = [tilt(root, skew, name) for name in ("LINEAR", "ABS")]
        self.options = []
        for kind, strike, amount in options:
            sigma, k = smile(feed, strike), log(strike / self.forward)
            up = max(vol["MIN_VOL_EVAL_SHOCKED"], sigma * (1 + vol["VOLRANGEUP"] * z))
            down = sigma * max(0, 1 - vol["VOLRANGEDOWN"] * z)
            moved = [tilted(sigma, at, *rule) for at, rule in zip((k, abs(k)), tilts)]
            self.options.append((kind, strike, amount, [v * root for v in (sigma, up, down, *moved)]))

    def value(self, spot, vol):
        forward = self.forward * (1 + self.open * (spot - 1))
        total = 0.0
        for kind, strike, amount, deviations in self.options:
            total += amount * ql.blackFormula(kind, strike, forward, deviations[vol], self.discount)
        return total


def smile(feed, strike):
    a, b, rho, m, s, forward, years = feed["svi_a_b_rho_m_sigma_F_tau"]
    limit = 4 * sqrt(a + b * s)
    k = max(-limit, min(limit, log(strike / forward)))
    return sqrt((a + b * (rho * (k - m) + sqrt((k - m) ** 2 + s * s))) / years)


def tilted(sigma, k, cap, slope):
    move = min(k * slope, cap) if k >= 0 else max(k * slope, -cap)
    return sigma * max(0, 1 + move)


def prices(columns):
    """Prices and nothing else: type, strike, forward and deviation of each."""
    return [ql.blackFormula(*cell) for cell in zip(*columns)]
