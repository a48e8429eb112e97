//! The largest account that there can be is assessed in one transaction, whatever its feeds are like: within the
//! heap that a program has without asking, and within the compute units of a transaction.

use ballast_interface::{
    account::Leg,
    risk::{Assessment, Preset},
};
use ballast_testkit::{risk_program, slice, World};
use bytemuck::Zeroable;
use solana_compute_budget_interface::ComputeBudgetInstruction;

ballast_testkit::on_every_svm!(the_largest_account_is_assessed);

/// Eight markets with positions, of which four have three dates each; four more that price collateral.
const MARKETS: std::ops::RangeInclusive<u16> = 1..=12;
const PRICES: [i64; 12] = [95_000, 3_400, 180, 20, 7, 2, 600, 45, 12, 90, 300, 5];

fn the_largest_account_is_assessed(world: &mut World) {
    let markets: Vec<u16> = MARKETS.collect();
    let spec = world.create_risk(Preset::Ballast, &markets);
    // Tokens of the last four markets move like the first four.
    for market in 9..=12 {
        let rules = ballast_interface::risk::MarketRules {
            moves_like: market - 8,
            ..ballast_testkit::rules(&spec.group, market)
        };
        let key = ballast_testkit::Signer::pubkey(&spec.authority);
        let change = risk_program::change_market_risk(&spec.group, &key, market, &rules);
        world.svm.send(&[change], &[&spec.authority]).expect("the rules change");
    }
    for (market, price) in markets.iter().zip(PRICES) {
        world.set_price(&spec, *market, price * 100_000_000);
    }
    let now = world.svm.now();
    for market in 1..=4 {
        let price = PRICES[market as usize - 1] as u64 * 10_000_000_000;
        let dates = [9, 40, 100].map(|days| slice(now, days * 86_400, price + price / 1_000, 0.6));
        world.set_surface(&spec, market, &dates);
    }
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        account.cash = i64::MIN / 1_000_000;
        let mut legs = account.legs.iter_mut();
        for (place, market) in (1..=8).enumerate() {
            let price = PRICES[place];
            let mut add = |leg: Leg| *legs.next().expect("a free row") = Leg { market, ..leg };
            add(Leg { kind: 1, quantity: -1_000_000, ..Leg::zeroed() });
            if market <= 4 {
                for days in [9, 40, 100] {
                    let strikes = if days == 100 { 4 } else { 5 };
                    for step in 0..strikes {
                        let strike = (price * 1_000_000 * (80 + 10 * step)) as u64;
                        let quantity = if step % 2 == 0 { -3_000_001 } else { 2_000_003 };
                        let kind = 3 + (step % 2) as u8;
                        add(Leg { kind, quantity, strike, expiry: now + days * 86_400, ..Leg::zeroed() });
                    }
                }
            }
            account.markets[place].market = market;
            account.markets[place].legs = if market <= 4 { 15 } else { 1 };
        }
        for (place, market) in MARKETS.enumerate() {
            let token = &mut account.collateral[place];
            (token.bank, token.market, token.amount) = (market, market, 1_000_000_000_000);
        }
    });
    let full = world.typed::<ballast_interface::account::MarginAccount>(&account);
    assert_eq!(full.legs.iter().filter(|leg| leg.market != 0).count(), 64);
    // Good feeds, then all of them stale, surfaces too.
    for (pause, state) in [(0, 0), (3_600, 1)] {
        world.svm.pass(pause);
        let limit = ComputeBudgetInstruction::set_compute_unit_limit(1_400_000);
        let assess = risk_program::assess(&spec.group, &account, &markets);
        let done = world.svm.send(&[limit, assess], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let report = Assessment::from_bytes(&done.return_data).expect("a report");
        assert_eq!((report.market_count, report.markets[7].state), (8, state));
        println!("{} compute units", done.compute_units);
    }
}
