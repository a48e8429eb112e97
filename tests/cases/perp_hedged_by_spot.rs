//! Spot Bitcoin, bought against cash in one fill with a short perp: price does not matter any more.

use crate::stage::{
    bitcoin_exchange, cash, done, of_unit, perp, price, refused, spot, unpaid, usd, vault, COIN,
};
use ballast_interface::account::{AccountError, MarginAccount, SettleFillsArgs};
use ballast_testkit::{Exchange, Trader, World, BTC, DOLLAR};

ballast_testkit::on_every_svm!(price_moves_and_equity_does_not);

/// Steps of 10^-10 in a dollar.
const STEPS: i128 = 10_000_000_000;

/// What an account is worth must be so many dollars; the report may round a few steps of 10^-10 away.
fn assert_worth(world: &mut World, exchange: &Exchange, trader: &Trader, dollars: i128) {
    let report = world.assess(&exchange.risk, &trader.account, &[BTC]);
    let short = dollars * STEPS - report.value.get();
    assert!((0..100).contains(&short), "{} is worth {}", trader.account, report.value.get());
}

/// What an account needs initially, to the dollar.
fn initial(world: &mut World, exchange: &Exchange, trader: &Trader) -> i128 {
    world.assess(&exchange.risk, &trader.account, &[BTC]).initial.get() / STEPS
}

fn price_moves_and_equity_does_not(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let now = world.svm.now();
    world.step(
        "Bob has a hundred thousand dollars; Carol sixty thousand and one Bitcoin; Dave is short a perp",
    );
    let mut bob = world.trader(&exchange, "bob", usd(100_000));
    let mut carol = world.trader(&exchange, "carol", usd(60_000));
    let dave = world.trader(&exchange, "dave", usd(100_000));
    let erin = world.trader(&exchange, "erin", usd(100_000));
    world.deposit_token(&exchange, &carol, 1, COIN);
    done(world.block(&exchange, &dave, &erin, &[perp(-100, usd(950))]));

    world.step("In one fill Bob sells a perp on one Bitcoin and buys the coin, both from Carol at 95 000");
    // A unit is a lot of each; it costs nothing in sum.
    let both = [perp(-1, usd(950)), spot(1, usd(950))];
    let maker = bob.order(now, 100, 0, &both.map(of_unit));
    let taker = carol.order(now, 100, 0, &both.map(|leg| of_unit(leg.mirrored())));
    let args = SettleFillsArgs {
        maker,
        taker,
        maker_units: 100,
        taker_units: 100,
        prices: vec![950 * DOLLAR as u64; 2],
        maker_fee: 0,
        taker_fee: 0,
    };
    let filled = done(world.fill(&exchange, [&bob, &carol], &args));
    world.detail("compute units", filled.compute_units);
    assert_eq!(cash(world, [&bob.account, &carol.account]), [usd(5_000), usd(155_000)]);
    let MarginAccount { collateral, legs, .. } = world.margin_account(&bob.account);
    assert_eq!((collateral[0].amount, legs[0].quantity, legs[0].entry_value), (COIN, -100, usd(-95_000)));
    assert_eq!(world.margin_account(&carol.account).token_amount(1), 0);
    assert_worth(world, &exchange, &bob, 100_000);

    world.step("What Bob needs is the roll, and what it costs to get out of the coin and of the perp");
    // Roll .25 % of 95 000, 237.50; perp 1.5 % and .5 %, 1 900; haircut 2 % and 3 %, 4 750: no price is in it.
    let hedged = initial(world, &exchange, &bob);
    assert_eq!(hedged, 6_887);
    // Dave's scan loss alone is .174 216 306 of 95 000: 16 550.55, and interval 95, roll and perp 2 137.50.
    let naked = initial(world, &exchange, &dave);
    assert_eq!(naked, 18_783);
    // Beside that, he has no coin whose sale would cost anything: of the perp alone, the hedge leaves a ninth.
    assert!((hedged - 4_750) * 8 < naked);

    for (dollars, worth_of_dave) in [(114_000, 81_000), (76_000, 119_000), (95_000, 100_000)] {
        world.step(&format!("Bitcoin costs {dollars} dollars"));
        world.svm.pass(600);
        price(world, &exchange, dollars);
        // 5 000 + coin - (coin - 95 000).
        assert_worth(world, &exchange, &bob, 100_000);
        // 100 000 - (coin - 95 000).
        assert_worth(world, &exchange, &dave, worth_of_dave);
        let report = world.assess(&exchange.risk, &bob.account, &[BTC]);
        assert!(report.health.get() > 90_000 * STEPS, "{}", report.health.get());
        assert!(report.parts.scan.get() < 100, "no move of the price costs anything");
        world.detail("needs", report.initial.get() / STEPS);
    }

    world.step("At 76 000 Bob closes both with Carol, again in one fill");
    world.svm.pass(600);
    price(world, &exchange, 76_000);
    let maker = bob.order(now, 100, 0, &both.map(|leg| of_unit(leg.mirrored())));
    let taker = carol.order(now, 100, 0, &both.map(of_unit));
    let args = SettleFillsArgs { maker, taker, prices: vec![760 * DOLLAR as u64; 2], ..args };
    done(world.fill(&exchange, [&bob, &carol], &args));
    // Carol has lost 19 000 with the perp and paid 19 000 less for the coin; Bob the other way round.
    assert_eq!(cash(world, [&bob.account, &carol.account]), [usd(100_000), usd(60_000)]);
    assert_eq!(unpaid(world, [&bob.account, &carol.account]), [0, 0]);
    assert_eq!(world.margin_account(&carol.account).token_amount(1), COIN);
    assert_eq!(vault(world, &exchange), usd(360_000));
    done(world.withdraw_cash(&exchange, &bob, 100_000 * DOLLAR as u64));
    refused(world.withdraw_cash(&exchange, &bob, 1), AccountError::MarginShort);
}
