"""The `pmrm` margin with NumPy: all options of an account in all rows as one grid."""

import numpy as np
from scipy.special import ndtr

from method import MOVES, SETTLEMENT, factor, margins, moving, statics, tilt
from portfolios import YEAR


def prepare(case, parameters, rows):
    """What is not timed: lists to arrays."""
    feeds, options = case["feeds"], case["options"]
    place = {feed["sec_to_expiry"]: at for at, feed in enumerate(feeds)}
    table = columns((feed["svi_a_b_rho_m_sigma_F_tau"] for feed in feeds), 7)
    dates = columns((feed["sec_to_expiry"], feed["forward"], feed["rate"]) for feed in feeds)
    book = columns((option["strike"], option["amount"], 2 * option["call"] - 1) for option in options)
    at = np.array([place[option["sec_to_expiry"]] for option in options], dtype=int)
    sums = (at == np.arange(len(feeds))[:, None]).astype(float)
    kinds = np.array([MOVES[vol] for _, vol, _ in rows])
    spots = np.array([float(spot) for spot, _, _ in rows])
    weights = np.array([float(weight) for _, _, weight in rows])
    basis = parameters["BasisContingency"]
    extra = [basis["SCENARIO_SPOT_UP"], basis["SCENARIO_SPOT_DOWN"], 1.0]
    spots = np.concatenate([np.where(kinds > 2, 1.0, spots), extra])
    kinds = np.concatenate([kinds, [0, 0, 0]])
    return case, parameters, (table, dates, book, at, sums), (spots, kinds, weights)


def columns(rows, width=3):
    """Rows as columns, of which there are so many even without a row."""
    return np.array(list(rows)).reshape(-1, width).T


def margin(prepared):
    """Value, MM, IM, the worst profit or loss, that of the forward contingency, and those of the rows."""
    case, parameters, (table, dates, book, at, sums), (spots, kinds, weights) = prepared
    perp, basis = case["perp"], parameters["BasisContingency"]
    (seconds, forward, rate), (strike, amount, side) = dates, book
    years, rate = seconds / YEAR, np.maximum(rate, 0)
    root = np.sqrt(years)
    deviations = volatilities(table, seconds, forward, root, strike, at, parameters) * root[at]
    moved = forward[:, None] * (1 + np.minimum(1, seconds / SETTLEMENT)[:, None] * (spots - 1))
    amount = amount * np.exp(-rate * years)[at]
    k = np.log(moved)[at] - np.log(strike)[:, None]
    prices = black(moved[at], strike[:, None], k, side[:, None], deviations[kinds].T)
    values = (sums * amount) @ prices

    count = len(weights)
    mark = values[:, -1:]
    long, short = columns((statics(*date, parameters["Margin"]) for date in zip(years, rate)), 2)
    rows = values[:, :count]
    change = np.where(rows > 0, rows * long[:, None], rows * short[:, None]) - mark
    change = np.where(kinds[:count] > 2, -abs(change), change).sum(axis=0)
    linear = perp["amount"] * perp["price"]
    linear += moving(case)
    profits = weights * (linear * (spots[:count] - 1) + change)
    loss = np.minimum((values[:, count:-1] - mark).min(axis=1), 0)
    contingency = loss @ (basis["BASIS_CONT_ADD_FACTOR"] + basis["BASIS_CONT_MULT_FACTOR"] * years)
    worst = min(0.0, contingency, profits.min())
    return *margins(case, parameters, worst, mark.sum()), worst, contingency, *profits.tolist()


def volatilities(table, seconds, forward, root, strike, at, parameters):
    """By kind of move, then by option."""
    vol, skew = parameters["VolShock"], parameters["SkewShock"]
    a, b, rho, m, s, base, tau = table[:, at]
    limit = 4 * np.sqrt(a + b * s)
    k = np.clip(np.log(strike / base), -limit, limit) - m
    sigma = np.sqrt((a + b * (rho * k + np.sqrt(k * k + s * s))) / tau)
    z = np.array([factor(left, vol) for left in seconds])[at]
    up = np.maximum(vol["MIN_VOL_EVAL_SHOCKED"], sigma * (1 + vol["VOLRANGEUP"] * z))
    down = sigma * np.maximum(0, 1 - vol["VOLRANGEDOWN"] * z)
    k = np.log(strike / forward[at])
    skewed = [tilted(sigma, at_k, name, root, skew, at) for at_k, name in ((k, "LINEAR"), (abs(k), "ABS"))]
    return np.stack([sigma, up, down, *skewed])


def tilted(sigma, k, name, root, skew, at):
    cap, slope = columns((tilt(each, skew, name) for each in root), 2)[:, at]
    move = np.where(k >= 0, np.minimum(k * slope, cap), np.maximum(k * slope, -cap))
    return sigma * np.maximum(0, 1 + move)


def black(forward, strike, k, side, deviation):
    """Undiscounted prices; k is ln(forward / strike), `side` one for calls and minus one for puts."""
    tiny = deviation <= 0
    deviation = np.where(tiny, 1.0, deviation)
    first = k / deviation + deviation / 2
    price = side * (forward * ndtr(side * first) - strike * ndtr(side * (first - deviation)))
    return np.where(tiny, np.maximum(side * (forward - strike), 0), price)


def grid(prepared):
    """The arguments of `black` for all options of many accounts in their rows at once."""
    pieces = []
    for case, parameters, (table, dates, book, at, _), (spots, kinds, weights) in prepared:
        (seconds, forward, _), (strike, _, side) = dates, book
        root = np.sqrt(seconds / YEAR)
        deviations = volatilities(table, seconds, forward, root, strike, at, parameters) * root[at]
        moved = (forward[:, None] * spots)[at]
        strike, side = (np.broadcast_to(column[:, None], moved.shape) for column in (strike, side))
        pieces.append((moved, strike, np.log(moved / strike), side, deviations[kinds].T))
    return [np.concatenate(column)[:, : len(weights)].copy() for column in zip(*pieces)]
