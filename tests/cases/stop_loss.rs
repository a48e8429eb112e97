//! Orders that wait for a price: a stop-loss of a perp and a take-profit of a call, executed by whoever comes.

use crate::stage::{bitcoin_exchange, call, cash, done, perp, price, refused, unpaid, usd, vault, FRIDAY};
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, ExecuteTriggerArgs, OrderRecord, PlaceTriggerArgs, TradeLeg,
    },
    seeds,
};
use ballast_testkit::{dollars, fraction, limit, Exchange, Failure, Outcome, Signer, Trader, World, BTC};

ballast_testkit::on_every_svm!(
    a_stop_loss_waits_and_then_sells,
    a_stop_loss_cannot_flip_the_position,
    a_take_profit_buys_a_call_back,
    a_trigger_lapses_or_is_cancelled,
    triggers_without_meaning,
);

fn place(world: &mut World, who: &Trader, args: &PlaceTriggerArgs) -> Result<Outcome, Failure> {
    let place = account_program::place_trigger(&who.account, &who.key.pubkey(), args);
    world.svm.send(&[place], &[&who.key])
}

/// A keeper executes some lots of the first trigger, at a price and a fee in quote units.
fn execute(
    world: &mut World,
    exchange: &Exchange,
    (whose, keeper): (&Trader, &Trader),
    leg: TradeLeg,
    (lots, price, fee): (u64, i64, u64),
) -> Result<Outcome, Failure> {
    let [markets, risks] = world.needs(exchange, &[whose.account, keeper.account], &[leg]);
    let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
    let key = keeper.key.pubkey();
    let args = ExecuteTriggerArgs { place: 0, lots, price: price as u64, fee };
    let execute = account_program::execute_trigger(
        &exchange.group(),
        &whose.account,
        (&keeper.account, &key),
        &args,
        &numbers,
    );
    world.svm.send(&[limit(), execute], &[&keeper.key])
}

/// Sell a hundred lots of the perp once the index is at 90 000 or below, at 1 % worse than it, for five dollars.
fn stop_loss(now: i64) -> PlaceTriggerArgs {
    PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: -100,
        above: false,
        level: dollars(90_000),
        limit: 0,
        slippage: fraction(0.01),
        fee: 5_000_000,
        expires_at: now + 86_400,
    }
}

fn lots_waiting(world: &mut World, who: &Trader) -> i64 {
    world.typed::<OrderRecord>(&seeds::find_order_record(&who.account).0).triggers[0].lots
}

/// Alice is long a perp on one Bitcoin at 95 000, which Bob is short; Kim keeps.
fn scene(world: &mut World) -> (Exchange, [Trader; 3]) {
    let exchange = bitcoin_exchange(world, &[FRIDAY]);
    let traders = ["alice", "bob", "kim"].map(|name| world.trader(&exchange, name, usd(50_000)));
    done(world.block(&exchange, &traders[0], &traders[1], &[perp(100, usd(950))]));
    (exchange, traders)
}

fn a_stop_loss_waits_and_then_sells(world: &mut World) {
    let (exchange, [alice, bob, kim]) = scene(world);
    let now = world.svm.now();
    world.step(
        "Alice leaves a stop-loss at 90 000, with 1 % of slippage and 5 dollars for whoever executes it",
    );
    done(place(world, &alice, &stop_loss(now)));
    let sell = |world: &mut World, lots, price, fee| {
        execute(world, &exchange, (&alice, &kim), perp(-1, 0), (lots, price, fee))
    };
    refused(sell(world, 100, usd(950), 0), AccountError::TriggerWaits);
    price(world, &exchange, 90_001);
    refused(sell(world, 100, usd(900), 0), AccountError::TriggerWaits);

    world.step("Bitcoin falls to 89 000: Kim may buy at 881.10 a lot or more");
    price(world, &exchange, 89_000);
    refused(sell(world, 40, 881_099_900, 0), AccountError::TriggerPrice);
    world.step("Of forty lots, the fee is two dollars at most");
    refused(sell(world, 40, 881_100_000, 2_000_001), AccountError::TriggerPrice);
    refused(sell(world, 101, 881_100_000, 0), AccountError::NothingTraded);
    refused(sell(world, 0, 881_100_000, 0), AccountError::NothingTraded);
    let sent = done(sell(world, 40, 881_100_000, 2_000_000));
    world.detail("compute units", sent.compute_units);
    // 68.90 on 40 lots are lost, and two dollars paid.
    let all = [&alice.account, &bob.account, &kim.account];
    assert_eq!(cash(world, all), [usd(50_000 - 2_756 - 2), usd(50_000), usd(50_002)]);
    assert_eq!(lots_waiting(world, &alice), -60);

    world.step("A price that is stale fires nothing");
    world.svm.pass(61);
    refused(sell(world, 60, usd(885), 0), AccountError::TriggerWaits);
    price(world, &exchange, 89_000);

    world.step("The rest goes at 885, for what is left of the fee");
    refused(sell(world, 60, usd(885), 3_000_001), AccountError::TriggerPrice);
    done(sell(world, 60, usd(885), 3_000_000));
    // 65 on 60 lots.
    assert_eq!(cash(world, all), [usd(50_000 - 2_756 - 2 - 3_900 - 3), usd(50_000), usd(50_005)]);
    assert_eq!(world.margin_account(&alice.account).legs[0].quantity, 0);
    let of_kim = world.margin_account(&kim.account).legs[0];
    assert_eq!((of_kim.quantity, of_kim.entry_value), (100, 35_244_000_000 + usd(53_100)));
    assert_eq!(lots_waiting(world, &alice), 0);
    refused(sell(world, 1, usd(885), 0), AccountError::TriggerMissing);
    assert_eq!(vault(world, &exchange), usd(150_000));
    done(world.withdraw_cash(&exchange, &alice, (usd(50_000 - 6_656 - 5)) as u64));
}

fn a_stop_loss_cannot_flip_the_position(world: &mut World) {
    let (exchange, [alice, bob, kim]) = scene(world);
    let now = world.svm.now();
    done(place(world, &alice, &stop_loss(now)));
    world.step("Alice sells sixty of her hundred lots herself; the stop-loss still says a hundred");
    done(world.block(&exchange, &alice, &bob, &[perp(-60, usd(950))]));
    price(world, &exchange, 89_000);
    let sell =
        |world: &mut World, lots| execute(world, &exchange, (&alice, &kim), perp(-1, 0), (lots, usd(890), 0));
    refused(sell(world, 41), AccountError::OrderReduceOnly);
    done(sell(world, 40));
    assert_eq!(lots_waiting(world, &alice), -60);
    for lots in [1, 60] {
        refused(sell(world, lots), AccountError::OrderReduceOnly);
    }
    // 60 on 40 lots.
    assert_eq!(cash(world, [&alice.account]), [usd(50_000 - 2_400)]);

    world.step("Short, she could be helped on by nobody");
    price(world, &exchange, 95_000);
    done(world.block(&exchange, &alice, &bob, &[perp(-10, usd(950))]));
    price(world, &exchange, 89_000);
    refused(sell(world, 1), AccountError::OrderReduceOnly);
}

fn a_take_profit_buys_a_call_back(world: &mut World) {
    let (exchange, [alice, bob, kim]) = scene(world);
    let now = world.svm.now();
    let short = call(FRIDAY, 100_000, -50, usd(9));
    done(world.block(&exchange, &alice, &bob, &[short]));
    world.step(
        "Alice buys her short calls back once Bitcoin is at 91 000 or below, at 3 dollars a lot at most",
    );
    let args = PlaceTriggerArgs {
        kind: 3,
        expiry: FRIDAY,
        strike: short.strike,
        lots: 50,
        level: dollars(91_000),
        limit: 3_000_000,
        slippage: 0,
        fee: 1_000_000,
        ..stop_loss(now)
    };
    done(place(world, &alice, &args));
    let buy = |world: &mut World, lots, price, fee| {
        execute(world, &exchange, (&alice, &kim), short, (lots, price, fee))
    };
    refused(buy(world, 50, usd(2), 0), AccountError::TriggerWaits);
    price(world, &exchange, 91_000);
    refused(buy(world, 50, 3_000_100, 0), AccountError::TriggerPrice);
    let sent = done(buy(world, 20, usd(3), 400_000));
    world.detail("compute units", sent.compute_units);
    done(buy(world, 30, 2_500_000, 0));
    // 450 got, 60 and 75 paid, and forty cents.
    let all = [&alice.account, &bob.account, &kim.account];
    assert_eq!(
        cash(world, all),
        [usd(50_000 + 450 - 135) - 400_000, usd(50_000 - 450), usd(50_000 + 135) + 400_000]
    );
    // Her perp is still there, and Kim is short the calls.
    assert_eq!(world.margin_account(&alice.account).legs[0].instrument(), perp(1, 0).instrument());
    assert_eq!(world.margin_account(&kim.account).legs[0].quantity, -50);
    assert_eq!((lots_waiting(world, &alice), unpaid(world, all)), (0, [0; 3]));
}

fn a_trigger_lapses_or_is_cancelled(world: &mut World) {
    let (exchange, [alice, bob, kim]) = scene(world);
    let now = world.svm.now();
    let sell = |world: &mut World| execute(world, &exchange, (&alice, &kim), perp(-1, 0), (10, usd(890), 0));
    world.step("Alice takes her stop-loss back; Bob cannot");
    done(place(world, &alice, &stop_loss(now)));
    let cancel = |by: &Trader| account_program::cancel_trigger(&alice.account, &by.key.pubkey(), 0);
    refused(world.svm.send(&[cancel(&bob)], &[&bob.key]), AccountError::NotAllowed);
    done(world.svm.send(&[cancel(&alice)], &[&alice.key]));
    price(world, &exchange, 89_000);
    refused(sell(world), AccountError::TriggerMissing);
    refused(world.svm.send(&[cancel(&alice)], &[&alice.key]), AccountError::TriggerMissing);

    world.step("Another is good for a minute");
    done(place(world, &alice, &PlaceTriggerArgs { expires_at: now + 60, ..stop_loss(now) }));
    world.svm.pass(59);
    done(sell(world));
    world.svm.pass(1);
    refused(sell(world), AccountError::TriggerWaits);
    // Its row is free for the next one.
    done(place(world, &alice, &stop_loss(now)));
    assert_eq!(lots_waiting(world, &alice), -100);
    done(sell(world));
    assert_eq!(lots_waiting(world, &alice), -90);
}

fn triggers_without_meaning(world: &mut World) {
    let (_, [alice, bob, _]) = scene(world);
    let now = world.svm.now();
    let good = stop_loss(now);
    let option =
        PlaceTriggerArgs { kind: 3, expiry: FRIDAY, strike: 100_000_00000000, slippage: 0, ..good.clone() };
    let cases = [
        PlaceTriggerArgs { lots: 0, ..good.clone() },
        PlaceTriggerArgs { level: 0, ..good.clone() },
        PlaceTriggerArgs { expires_at: now, ..good.clone() },
        PlaceTriggerArgs { slippage: -1, ..good.clone() },
        // At any price at all.
        PlaceTriggerArgs { slippage: 1 << 40, ..good.clone() },
        PlaceTriggerArgs { kind: 0, ..good.clone() },
        // An option has no price that an index tells.
        PlaceTriggerArgs { limit: 0, ..option.clone() },
        PlaceTriggerArgs { limit: 1, slippage: fraction(0.01), ..option.clone() },
    ];
    for args in cases {
        refused(place(world, &alice, &args), AccountError::TriggerInvalid);
    }
    let cases =
        [PlaceTriggerArgs { expiry: FRIDAY, ..good.clone() }, PlaceTriggerArgs { market: 0, ..good.clone() }];
    for args in cases {
        refused(place(world, &alice, &args), AccountError::InstrumentInvalid);
    }
    let for_alice = account_program::place_trigger(&alice.account, &bob.key.pubkey(), &good);
    refused(world.svm.send(&[for_alice], &[&bob.key]), AccountError::NotAllowed);
    world.step("Twelve fit, and no more");
    for fee in 0..12 {
        done(place(world, &alice, &PlaceTriggerArgs { fee, ..good.clone() }));
    }
    refused(place(world, &alice, &good), AccountError::TriggersTooMany);
    done(place(world, &bob, &PlaceTriggerArgs { limit: 1, ..option }));
}
