//! Accounts read into the engine's words, where a story on chain would be hard to reach.

use crate::{rules, NOW, WHOLE};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{Assessment, DateRisk, LegRoom, MarketRisk, Model, Reading},
};
use ballast_margin::{presets::BALLAST, Desk};
use bytemuck::Zeroable;

/// A future on a token of one step of price, whose forward is a part of a step: it counts as one, and the account
/// can be assessed.
#[test]
fn a_price_of_next_to_nothing_leaves_a_forward() {
    let group = Group::zeroed();
    let mut model = Model::zeroed();
    model.take(&BALLAST).unwrap();
    let mut risk = MarketRisk { version: 1, market: 1, rules: rules(), ..MarketRisk::zeroed() };
    (risk.price.index, risk.price.slow, risk.price.average, risk.price.published_at) = (1, 1, 1, NOW);
    let (expiry, valid_until) = (NOW + 86_400, NOW);
    let (forward, carry, years, a) = (1, WHOLE / 2, 1 << 50, 1 << 40);
    risk.dates[0] = DateRisk { expiry, forward, carry, a, years, valid_until, ..DateRisk::default() };
    risk.date_count = 1;
    assert_eq!(risk.dates[0].forward_now(1, NOW), 0);
    let mut account = MarginAccount::zeroed();
    let leg = &mut account.legs[0];
    (leg.market, leg.kind, leg.quantity, leg.expiry) = (1, 2, 1_000, expiry);
    let (given, mut room, mut report) = ([&risk], LegRoom::EMPTY, Assessment::default());
    let reading = Reading::new(&group, &model, &account, &given, NOW, &mut room).unwrap();
    assert_eq!(reading.markets()[0].expiries[0].forward.0, 1);
    reading.assess(&mut Desk::new(), &mut report).unwrap();
    assert_eq!((report.market_count, report.markets[0].market), (1, 1));
}
