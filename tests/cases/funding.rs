//! Funding: what the perp's mark is above the index, long positions pay to short ones, by time, within bounds.

use crate::stage::{bitcoin_exchange, cash, done, perp, price, refused, unpaid, usd, vault, wait_until};
use ballast_interface::account::{instructions as account_program, AccountError, VenueTerms};
use ballast_testkit::{
    fraction, price_account, risk_program, Exchange, Failure, Outcome, PriceUpdate, Signer, Trader, World,
    BTC, DOLLAR, START,
};

ballast_testkit::on_every_svm!(
    long_pays_short_while_the_mark_is_above,
    short_pays_long_while_the_mark_is_below,
    band_and_cap_bound_what_a_mark_is_worth,
    a_mark_lapses,
    without_a_good_price_time_is_free,
    a_trade_settles_funding_first,
    only_the_venue_marks,
);

/// Alice is long a perp on one Bitcoin, Bob is short it; each had fifty thousand dollars.
fn scene(world: &mut World) -> (Exchange, Trader, Trader) {
    let exchange = bitcoin_exchange(world, &[]);
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    done(world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]));
    (exchange, alice, bob)
}

/// Marks the perp, in quote units a lot.
fn mark(world: &mut World, exchange: &Exchange, mark: i64) -> Result<Outcome, Failure> {
    let operator = exchange.operator.pubkey();
    let post = account_program::post_mark(&exchange.group(), BTC, 1, &operator, mark as u64);
    world.svm.send(&[post], &[&exchange.operator])
}

fn update(world: &mut World, exchange: &Exchange) {
    let update = account_program::update_funding(&exchange.group(), BTC);
    done(world.svm.send(&[update], &[]));
}

/// An update at a good price of 95 000, so many seconds after the beginning.
fn update_at(world: &mut World, exchange: &Exchange, seconds: i64) {
    wait_until(world, START + seconds);
    price(world, exchange, 95_000);
    update(world, exchange);
}

/// What a lot has paid since the beginning, in quote units, rounded down.
fn index(world: &mut World, exchange: &Exchange) -> i128 {
    world.market(&exchange.group(), BTC).funding_index.to_bits() >> 64
}

/// Settles whoever pays, then whoever gets.
fn settle(world: &mut World, exchange: &Exchange, payer: &Trader, getter: &Trader) {
    done(world.settle(exchange, &payer.account));
    done(world.settle(exchange, &getter.account));
}

fn long_pays_short_while_the_mark_is_above(world: &mut World) {
    let (exchange, alice, bob) = scene(world);
    world.step("The perp trades at 95 760, .8 % above the index; that is paid in eight hours");
    let sent = done(mark(world, &exchange, 957_600_000));
    world.detail("compute units", sent.compute_units);
    update_at(world, &exchange, 3_600);
    // An hour's eighth, .1 % of 950 dollars, a hair less since ratios are rounded down: .949 999 and a fraction.
    assert_eq!(index(world, &exchange), 949_999);
    settle(world, &exchange, &alice, &bob);
    // 100 lots: 95 dollars, rounded up for Alice and down for Bob.
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(49_905), usd(50_095) - 1]);
    assert_eq!(world.market(&exchange.group(), BTC).pool, 1, "the unit between stays in the pool");
    assert_eq!(vault(world, &exchange), usd(100_000));
    let report = world.assess(&exchange.risk, &alice.account, &[BTC]);
    assert!((499_049_999_999_900..=499_050_000_000_000).contains(&report.value.get()));

    world.step("Nothing is due twice");
    update(world, &exchange);
    for account in [&alice.account, &bob.account] {
        refused(world.settle(&exchange, account), AccountError::NothingToSettle);
    }
}

fn short_pays_long_while_the_mark_is_below(world: &mut World) {
    let (exchange, alice, bob) = scene(world);
    world.step("The perp trades at 94 240, .8 % below the index");
    done(mark(world, &exchange, 942_400_000));
    update_at(world, &exchange, 1_800);
    update_at(world, &exchange, 3_600);
    // Twice .475 dollars, and a hair more: rounded down, from below.
    assert_eq!(index(world, &exchange), -950_001);
    done(world.settle(&exchange, &alice.account));
    assert_eq!(cash(world, [&alice.account]), [usd(50_000)]);
    assert_eq!(unpaid(world, [&alice.account]), [usd(95)], "a gain waits for who owes it");
    settle(world, &exchange, &bob, &alice);
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(50_095), usd(49_905) - 1]);
    assert_eq!(vault(world, &exchange), usd(100_000));
}

fn band_and_cap_bound_what_a_mark_is_worth(world: &mut World) {
    let (exchange, alice, bob) = scene(world);
    let group = exchange.group();
    world.step("A mark of 120 000 counts as 2 % above the index, of which .2 % may be paid in an hour");
    done(mark(world, &exchange, usd(1_200)));
    let market = world.market(&group, BTC);
    // 2 % of 2^40, to the nearest: 21 990 232 555.52.
    assert_eq!((market.premium, market.terms.funding_cap), (21_990_232_556, 2_199_023_256));
    update_at(world, &exchange, 3_600);
    // 1.90 a lot, a hair more.
    assert_eq!(index(world, &exchange), 1_900_000);
    settle(world, &exchange, &alice, &bob);
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(49_810) - 1, usd(50_190)]);

    world.step("A mark of a dollar counts as 2 % below");
    done(mark(world, &exchange, DOLLAR / 100));
    assert_eq!(world.market(&group, BTC).premium, -21_990_232_556);
    update_at(world, &exchange, 7_200);
    settle(world, &exchange, &bob, &alice);
    // 190 dollars back. In the pool is a unit of the last hour, and one of this.
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(50_000) - 1, usd(50_000) - 1]);
    assert_eq!((world.market(&group, BTC).pool, vault(world, &exchange)), (2, usd(100_000)));

    world.step(
        "A mark at 96 900, 2 % above, is worth as much as one further off; .4 % is worth .05 % an hour",
    );
    done(mark(world, &exchange, 969_000_000));
    // 2 % to the nearest is above 2 %: the mark's is rounded down, and is just within the band.
    assert_eq!(world.market(&group, BTC).premium, 21_990_232_555);
    done(mark(world, &exchange, 953_800_000));
    update_at(world, &exchange, 10_800);
    // The index is what it was but for .475, a hair less.
    assert_eq!(index(world, &exchange), 474_999);
}

fn a_mark_lapses(world: &mut World) {
    let (exchange, alice, bob) = scene(world);
    done(mark(world, &exchange, 957_600_000));
    world.step("A mark is in force for an hour; nobody looks for three");
    update_at(world, &exchange, 10_800);
    assert_eq!(index(world, &exchange), 949_999);
    update_at(world, &exchange, 14_400);
    assert_eq!(index(world, &exchange), 949_999);

    world.step("A new one counts from when it comes");
    done(mark(world, &exchange, 957_600_000));
    update_at(world, &exchange, 16_200);
    // Half an hour more: .474 999 and a fraction, in sum 1.424 999.
    assert_eq!(index(world, &exchange), 1_424_999);
    settle(world, &exchange, &alice, &bob);
    assert_eq!(cash(world, [&alice.account, &bob.account]), [50_000_000_000 - 142_500_000, 50_142_499_999]);
}

fn without_a_good_price_time_is_free(world: &mut World) {
    let (exchange, ..) = scene(world);
    done(mark(world, &exchange, 957_600_000));
    world.step(
        "After half an hour of silence somebody looks, and again with a price a quarter of an hour later",
    );
    world.svm.pass(1_800);
    update(world, &exchange);
    assert_eq!(index(world, &exchange), 0);
    update_at(world, &exchange, 2_700);
    // A quarter of .95.
    assert_eq!(index(world, &exchange), 237_499);

    world.step("While the oracle is in doubt, likewise");
    let update_of = world.price_update(BTC, 95_000_00000000);
    let wide = PriceUpdate { interval: 3_000_00000000, ..update_of };
    let address = price_account(&exchange.group(), BTC);
    world.publish(&address, &wide);
    done(world.svm.send(&[risk_program::refresh_price(&exchange.group(), BTC, &address)], &[]));
    world.svm.pass(30);
    update(world, &exchange);
    assert_eq!(index(world, &exchange), 237_499);
    update_at(world, &exchange, 3_600);
    // 870 seconds of 900: .229 583 more.
    assert_eq!(index(world, &exchange), 467_083);
}

fn a_trade_settles_funding_first(world: &mut World) {
    let (exchange, alice, bob) = scene(world);
    done(mark(world, &exchange, 957_600_000));
    update_at(world, &exchange, 3_600);
    world.step("Alice sells half of it back at 960 a lot: the hour was paid for all of it");
    done(world.block(&exchange, &alice, &bob, &[perp(-50, usd(960))]));
    // 10 on 50 lots, less 95: Bob has lost 500 and got 95.
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(50_405), usd(49_595) - 1]);
    done(mark(world, &exchange, 957_600_000));
    update_at(world, &exchange, 7_200);
    settle(world, &exchange, &alice, &bob);
    // Another hour on 50 lots: 47.50.
    assert_eq!(cash(world, [&alice.account, &bob.account]), [50_357_500_000, 49_642_499_998]);
    assert_eq!(vault(world, &exchange), usd(100_000));

    world.step("What opens now owes nothing for the past");
    let carol = world.trader(&exchange, "carol", usd(50_000));
    done(world.block(&exchange, &carol, &bob, &[perp(50, usd(950))]));
    done(world.block(&exchange, &carol, &bob, &[perp(-50, usd(950))]));
    assert_eq!(cash(world, [&carol.account]), [usd(50_000)]);
}

fn only_the_venue_marks(world: &mut World) {
    let (exchange, alice, _) = scene(world);
    let group = exchange.group();
    let by_alice = account_program::post_mark(&group, BTC, 1, &alice.key.pubkey(), 957_600_000);
    refused(world.svm.send(&[by_alice], &[&alice.key]), AccountError::NotOperator);
    refused(mark(world, &exchange, 0), AccountError::MarkInvalid);
    world.step("A suspended venue neither marks nor fills");
    let operator = exchange.operator.pubkey();
    let terms = VenueTerms { operator, fee_owner: operator, fee_cap: fraction(0.01), suspended: true };
    let authority = exchange.risk.authority.insecure_clone();
    let change = account_program::change_venue(&group, &authority.pubkey(), 1, &terms);
    done(world.svm.send(&[change], &[&authority]));
    refused(mark(world, &exchange, 957_600_000), AccountError::VenueSuspended);
}
