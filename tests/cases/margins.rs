//! Accounts are assessed: by hand for what is linear, by what must hold for the rest.

use ballast_interface::{account::MarginAccount, risk::Preset};
use ballast_testkit::{dollars, slice, World, BTC, ETH};

ballast_testkit::on_every_svm!(
    a_perp_is_margined_as_by_hand,
    a_covered_call_needs_less_than_its_parts,
    collateral_hedges_from_within,
    an_empty_account_needs_nothing,
);

/// Steps of 10^-10 in a dollar, as a number.
const STEPS: f64 = 1e10;

fn near(what: &str, found: i128, dollars: f64) {
    let found = found as f64 / STEPS;
    assert!((found - dollars).abs() <= 1e-6 * dollars.abs(), "{what}: {found} for {dollars}");
}

/// One BTC long at 95 000. The forecast starts at a yearly variance of .36: a range of
/// .75 x 4 sqrt(.36 / 365) + .25 x .32 = .174 216 306 476. The worst row is one range down; two ranges down count
/// for .35 of it, 66 % down for .08 / .66 of it, both less. Roll .25 %, the oracle's interval .1 %; the first
/// three are factored by .8 in maintenance margin; perps 1.5 % in both and .5 % in initial.
fn a_perp_is_margined_as_by_hand(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000_00000000);
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 3, |account| {
        account.cash = 20_000_000_000;
        account.sequence = 7;
        let leg = &mut account.legs[0];
        // A hundred lots of a hundredth, bought a thousand dollars ago.
        (leg.market, leg.kind, leg.quantity, leg.entry_value) = (BTC, 1, 100, 94_000_000_000);
        (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
    });
    let report = world.assess(&spec, &account, &[BTC]);
    near("value", report.value.get(), 21_000.0);
    near("scan", report.parts.scan.get(), 16_550.549_076_292_7);
    near("roll", report.parts.roll.get(), 237.5);
    near("interval", report.parts.interval.get(), 95.0);
    near("perp", report.parts.perp.get(), 1_425.0);
    near("perp, initial", report.parts.perp_initial.get(), 475.0);
    // Half of a gain counts in initial margin.
    near("gains", report.parts.gains.get(), 500.0);
    near("maintenance", report.maintenance.get(), 14_931.439_261_034_1);
    near("initial", report.initial.get(), 18_783.049_076_292_7 + 500.0);
    near("health", report.health.get(), 21_000.0 - 14_931.439_261_034_1);
    near("room", report.room.get(), 21_000.0 - 19_283.049_076_292_7);
    assert_eq!((report.sequence, report.revision, report.assessed_at), (7, 1, world.svm.now()));
    // Worst is the twenty-fourth row: a range down, volatility up. All five actions are permitted.
    assert_eq!((report.worst, report.permitted, report.offsets_off), ([1, 23], 0b11111, 0));
    let [market] = report.markets() else { panic!("one market") };
    assert_eq!((market.market, market.worst, market.delta), (BTC, [1, 23], 10_000_000_000));
    assert_eq!((market.gamma, market.vega.get(), market.theta.get()), (0, 0, 0));
}

fn a_covered_call_needs_less_than_its_parts(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, 95_000_00000000);
    let now = world.svm.now();
    let date = slice(now, 30 * 86_400, dollars(95_400), 0.6);
    world.set_surface(&spec, BTC, &[date]);
    let alice = world.person("alice");
    let mut open = |sub_id: u16, perps: i64, calls: i64| {
        let account = world.open_with_book(&spec, &alice, sub_id, |account| {
            account.cash = 50_000_000_000;
            let mut legs = account.legs.iter_mut();
            if perps != 0 {
                let leg = legs.next().unwrap();
                (leg.market, leg.kind, leg.quantity) = (BTC, 1, perps);
                leg.entry_value = perps * 950_000_000;
            }
            if calls != 0 {
                let leg = legs.next().unwrap();
                (leg.market, leg.kind, leg.quantity) = (BTC, 3, calls);
                (leg.expiry, leg.strike) = (date.expiry, 105_000_00000000);
            }
            (account.markets[0].market, account.markets[0].legs) = (BTC, 2);
        });
        world.assess(&spec, &account, &[BTC])
    };
    let (perp, call, both) = (open(0, 100, 0), open(1, 0, -100), open(2, 100, -100));
    // The premium cushions the fall, and the rise is the perp's gain and the call's loss.
    assert!(both.initial.get() < perp.initial.get() && both.maintenance.get() < perp.maintenance.get());
    let apart = perp.initial.get() + call.initial.get();
    assert!(both.initial.get() * 10 < apart * 7, "{} of {apart}", both.initial.get());
    // Black-76 in floating point: sigma of the slice at the strike is .6 sqrt(.6 + .4 (-.3 z + sqrt(z^2 + 1))),
    // z = ln(105 000 / 95 400) / (.6 sqrt(30 / 365)): 3 077.954 365 dollars, a delta of .317 645 552.
    near("value", call.value.get(), 50_000.0 - 3_077.954_365);
    near("delta", call.markets[0].delta.into(), -0.317_645_552);
    assert!(call.markets[0].vega.get() < 0 && call.markets[0].theta.get() > 0 && call.markets[0].gamma < 0);
}

/// A token held in the vault hedges a short perp: it is inside the scenarios.
fn collateral_hedges_from_within(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC, ETH]);
    world.set_price(&spec, BTC, 95_000_00000000);
    world.set_price(&spec, ETH, 3_400_00000000);
    let alice = world.person("alice");
    let mut open = |sub_id: u16, bank: u16, amount: u64| {
        let account = world.open_with_book(&spec, &alice, sub_id, |account| {
            account.cash = 30_000_000_000;
            let leg = &mut account.legs[0];
            (leg.market, leg.kind, leg.quantity, leg.entry_value) = (BTC, 1, -100, -95_000_000_000);
            (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
            let token = &mut account.collateral[0];
            (token.bank, token.market, token.amount) = (bank, bank, amount);
        });
        world.assess(&spec, &account, if bank == ETH { &[BTC, ETH] } else { &[BTC] })
    };
    let (naked, hedged, other) = (open(0, 0, 0), open(1, BTC, 100_000_000), open(2, ETH, 2_794_117_647));
    assert!(hedged.parts.scan.get() < 10, "a hedged book loses nothing but roundings");
    // Tokens are charged by their haircuts, the perp by its size.
    near("haircut", hedged.parts.haircut.get(), 1_900.0);
    near("haircut, initial", hedged.parts.haircut_initial.get(), 2_850.0);
    assert!(
        hedged.maintenance.get() < naked.maintenance.get()
            && naked.maintenance.get() < 2 * other.maintenance.get()
    );
    // ETH worth as much hedges in part alone: .6 of a gain counts, and half of the losses are always borne.
    assert!(other.parts.scan.get() > naked.parts.scan.get() / 4 && other.market_count == 2);
}

fn an_empty_account_needs_nothing(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    let alice = world.person("alice");
    let (account, _) = world.open_account(&spec.group, &alice, &alice, 0);
    let report = world.assess(&spec, &account, &[]);
    let nothing = [report.value, report.maintenance, report.initial, report.health, report.room];
    assert_eq!(nothing.map(|amount| amount.get()), [0; 5]);
    assert_eq!((report.market_count, report.permitted), (0, 0b11111));
    let mut layout: MarginAccount = world.typed(&account);
    layout.cash = -1;
    world.overwrite(&account, &layout);
    let report = world.assess(&spec, &account, &[]);
    assert_eq!((report.value.get(), report.health.get()), (-10_000, -10_000));
}
