//! An open profit that is realised at the index: what was won is a claim, and the index is what positions cost.

use crate::{
    code,
    money_scene::{account, lots, market, no, perp, CALL, FUTURE},
    WHOLE,
};
use ballast_interface::{
    account::{AccountError::*, MarginAccount, Market},
    risk::{DateRisk, MarketRisk},
};
use bytemuck::Zeroable;

/// Two dates, of which the first passes at 1 000.
const DATES: [i64; 2] = [1_000, 2_000];

/// An index of so many quote units a lot; the second date's forward is half as much again.
fn risk(per_lot: u64) -> MarketRisk {
    let mut risk = MarketRisk::zeroed();
    risk.market = 1;
    // A quote unit a lot is a ten-thousandth of a dollar.
    risk.price.index = per_lot * 1_000_000;
    risk.date_count = 2;
    for (date, expiry) in risk.dates.iter_mut().zip(DATES) {
        *date = DateRisk { expiry, carry: WHOLE, ..DateRisk::default() };
    }
    risk.dates[1].carry = WHOLE / 2 * 3;
    risk
}

/// Ten perps at 100, two futures of the first date bought at 100 and two of the second sold at 120, and calls.
fn scene() -> (Market, MarginAccount) {
    let (mut market, mut account) = (market(&DATES), account());
    for leg in [
        perp(10, 100),
        lots(FUTURE, 1_000, 0, 2, 100),
        lots(FUTURE, 2_000, 0, -2, 120),
        lots(CALL, 2_000, 100_000_000, 3, 7),
    ] {
        account.trade(&mut market, &leg).unwrap();
    }
    (market, account)
}

fn costs(account: &MarginAccount) -> Vec<(u8, i64)> {
    account.legs[..4].iter().map(|leg| (leg.kind, leg.entry_value)).collect()
}

#[test]
fn all_linear_legs_are_realised_together() {
    let (mut market, mut account) = scene();
    let (open, cash) = (market.open_interest, account.cash);
    // Perps win 200, the first futures 40, the second lose 2 x (180 - 120) = 120.
    assert_eq!(account.realise(&mut market, &risk(120), 999).unwrap(), 120);
    assert_eq!(costs(&account), [(1, 1_200), (FUTURE, 240), (FUTURE, -360), (CALL, 21)]);
    assert_eq!((account.unpaid(1), market.unpaid, account.cash), (120, 120, cash));
    assert_eq!(market.open_interest, open);
    account.invariant().unwrap();
    // Nothing is left to realise; and nothing is won twice.
    assert_eq!(code(account.realise(&mut market, &risk(120), 999)), no(NothingToSettle));
    // What is sold at the index afterwards wins nothing.
    assert_eq!(account.trade(&mut market, &perp(-10, 120)).unwrap().realised, 0);
}

#[test]
fn a_date_that_has_passed_is_left_to_its_settlement_price() {
    let (mut market, mut account) = scene();
    assert_eq!(account.realise(&mut market, &risk(120), 1_000).unwrap(), 80);
    assert_eq!(costs(&account), [(1, 1_200), (FUTURE, 200), (FUTURE, -360), (CALL, 21)]);
    // In its window a date is worth the mean of what is sampled and what is open.
    let (mut market, mut account) = scene();
    let mut sampled = risk(120);
    sampled.dates[0].sampled_seconds = 1_200;
    sampled.dates[0].sampled = ballast_interface::Wide::new(1_200 * 150 * 1_000_000);
    // Two thirds at 150, one at 120: 140.
    assert_eq!(account.realise(&mut market, &sampled, 400).unwrap(), 200 + 80 - 120);
}

#[test]
fn a_price_is_rounded_down_for_both_sides() {
    for (count, cost) in [(10, 100), (-10, 102)] {
        let (mut market, mut account) = (market(&[]), account());
        account.trade(&mut market, &perp(count, cost)).unwrap();
        let mut risk = risk(101);
        risk.price.index += 999_999;
        assert_eq!(account.realise(&mut market, &risk, 0).unwrap(), 10, "{count}");
    }
}

#[test]
fn what_wins_nothing_is_not_realised() {
    let refused = |edit: fn(&mut MarginAccount, &mut MarketRisk)| {
        let ((mut market, mut account), mut risk) = (scene(), risk(120));
        edit(&mut account, &mut risk);
        code(account.realise(&mut market, &risk, 999))
    };
    assert_eq!(refused(|_, risk| risk.price.index = 105_000_000), no(NothingToSettle));
    assert_eq!(refused(|account, _| *account = crate::money_scene::account()), no(NothingToSettle));
    assert_eq!(refused(|_, risk| risk.date_count = 1), no(ExpiryNotListed));
    assert_eq!(refused(|_, risk| risk.price.index = u64::MAX), None);
    let far = |account: &mut MarginAccount, risk: &mut MarketRisk| {
        (account.legs[0].quantity, risk.price.index) = (1 << 40, u64::MAX);
    };
    assert_eq!(refused(far), no(NumberTooLarge));
}
