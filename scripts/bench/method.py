"""What of the `pmrm` method is not option prices, once for both ways of pricing."""

from math import exp

# Volatility of a row, by its name in the files.
MOVES = {"None": 0, "Up": 1, "Down": 2, "LINEAR": 3, "ABS": 4}
SETTLEMENT = 1_800
MONTH = 30 * 86_400


def factor(seconds, vol):
    """How far volatility moves at a time to expiry."""
    power = vol["SHORTTERMPOWER"] if seconds <= MONTH else vol["LONGTERMPOWER"]
    return (MONTH / max(seconds, vol["DTE_FLOOR"] * 86_400)) ** power


def tilt(root, skew, name):
    """Cap and slope of a skew row at a square root of years."""
    cap = skew[name + "_CBASE"] * root + skew[name + "_SCALE_CAP"]
    width = skew["MIN_WIDTH_SCALE"] * (skew["VOL_PARAM_STATIC"] + root * skew["VOL_PARAM_SCALE"])
    return cap, cap / max(skew["MIN_K_STAR"], root * width)


def statics(years, rate, margin):
    """What an expiry's value is multiplied by in rows: when positive, when negative."""
    long = exp(-years * (rate * margin["LONG_RATE_MULTSCALE"] + margin["LONG_RATE_ADDSCALE"]))
    short = exp(years * (rate * margin["SHORT_RATE_MULTSCALE"] + margin["SHORT_RATE_ADDSCALE"]))
    short = min(exp(rate * years), margin["BASE_STATIC_DISCOUNT_NEG"] * short)
    return margin["BASE_STATIC_DISCOUNT"] * long, short


def moving(case):
    """Value of the tokens that move with the market."""
    tokens = (token for token in case["collaterals"] if token["risk_cancelling"])
    return sum(token["amount"] * token["price"] / case["stable"] for token in tokens)


def margins(case, parameters, worst, mark):
    """Value, what is left after maintenance margin, and after initial margin."""
    margin, other = parameters["Margin"], parameters["OtherContingency"]
    spot, perp = case["spot"], case["perp"]
    tokens = [(token, token["amount"] * token["price"] / case["stable"]) for token in case["collaterals"]]
    perps = abs(perp["amount"]) * spot
    naked = sum(uncovered(case["options"])) * spot
    maintenance = perps * other["MM_PERP_PERCENT"] + naked * other["MM_OPTION_PERCENT"]
    maintenance += sum(value * token["mm_haircut"] for token, value in tokens)
    initial = perps * other["IM_PERP_PERCENT"] + naked * other["IM_OPTION_PERCENT"]
    initial += sum(value * token["im_haircut"] for token, value in tokens)
    initial += maintenance + scores(case, other, perps, tokens)
    value = mark + sum(value for _, value in tokens) + perp["upnl"] + perp["ufunding"] + case["cash"]
    peg = max(0, other["PEG_LOSS_THRESHOLD"] - case["stable"]) * other["PEG_LOSS_FACTOR"]
    maintenance = worst * margin["MM_LOSS_FACTOR"] - maintenance
    return value, value + maintenance, value + worst * (margin["IM_LOSS_FACTOR"] + peg) - initial


def uncovered(options):
    """Shorts less longs by expiry and strike."""
    sums = {}
    for option in options:
        at = sums.setdefault((option["sec_to_expiry"], option["strike"]), [0.0, 0.0])
        at[option["amount"] < 0] += abs(option["amount"])
    return (max(0, short - long) for long, short in sums.values())


def scores(case, other, perps, tokens):
    """What feeds of little trust cost."""

    def cost(score, notional):
        missing = (1 - score) * other["CONF_MARGIN"] if score < other["CONF_THRESHOLD"] else 0
        return missing * notional

    spot = min(case["spot_conf"], case["perp"]["conf"]) if perps else case["spot_conf"]
    total = cost(spot, perps) if perps else 0
    for feed in case["feeds"]:
        size = sum(abs(o["amount"]) for o in case["options"] if o["sec_to_expiry"] == feed["sec_to_expiry"])
        score = min(feed["fwd_conf"], feed["rate_conf"], feed["vol_conf"], spot)
        total += cost(score, size * case["spot"])
    return total + sum(cost(token["conf"], value) for token, value in tokens)
