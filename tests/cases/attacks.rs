//! Attacks that once worked, or would: friends who pay each other with somebody else's margin, delegates who pay
//! themselves, strangers who block the door.

use crate::stage::{bitcoin_exchange, call, cash, done, perp, price, refused, spot, usd, COIN, FRIDAY};
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, Delegate, ExecuteTriggerArgs, GroupRules, PlaceTriggerArgs, SetDelegateArgs, TradeLeg,
    },
    risk::Preset,
};
use ballast_testkit::{
    fraction, group_rules, limit, risk_program, rules, Exchange, Instruction, Keypair, Signer, Trader, World,
    BTC, ETH, SOL, START,
};

ballast_testkit::on_every_svm!(
    freed_margin_is_not_paid_to_a_friend,
    tokens_under_liquidation_are_not_given_away,
    who_may_only_reduce_cannot_pay_himself,
    a_triggers_fee_has_a_bound,
    money_in_and_out_leaves_the_meters_as_they_were,
    a_lowered_pace_is_reached_in_its_own_time,
    funding_that_is_due_cannot_be_withdrawn_before,
    a_loss_is_not_lent_against_a_gain_that_nobody_paid,
    a_token_without_a_market_to_move_by_stops_nothing,
    far_dates_do_not_keep_near_ones_out,
);

/// Alice sells Bob a call and is short of margin. At its worth she can buy it back; for all that is left to her she
/// cannot, though her health would not fall: Bob would have the margin, and the lenders her debt.
fn freed_margin_is_not_paid_to_a_friend(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[FRIDAY]);
    world.trader(&exchange, "carol", usd(100_000));
    let alice = world.trader(&exchange, "alice", usd(21_000));
    let bob = world.trader(&exchange, "bob", usd(5_000));
    done(world.block(&exchange, &alice, &bob, &[call(FRIDAY, 95_000, -100, usd(23))]));
    world.svm.pass(60);
    price(world, &exchange, 109_000);
    let report = world.assess(&exchange.risk, &alice.account, &[BTC]);
    assert!(report.health.get() < 0 && report.value.get() > 0);
    // The price after which her cash is what her health is now, on the tick above it.
    let left = report.health.get().div_euclid(10_000) as i64;
    let dear = (cash(world, [&alice.account])[0] - left) / 100 / 100 * 100 - 100;
    let back = |price: i64| [call(FRIDAY, 95_000, 100, price)];
    refused(world.block(&exchange, &alice, &bob, &back(dear)), AccountError::PriceUnfair);
    // It is worth 14 000 dollars at least, 140 a lot, of which an eighth of what it frees may be added.
    done(world.block(&exchange, &alice, &bob, &back(usd(145))));
    assert!(cash(world, [&alice.account])[0] > usd(8_000));
}

fn tokens_under_liquidation_are_not_given_away(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    world.trader(&exchange, "carol", usd(100_000));
    let alice = world.trader(&exchange, "alice", 0);
    let bob = world.trader(&exchange, "bob", usd(90_000));
    world.deposit_token(&exchange, &alice, 1, COIN);
    done(world.withdraw_cash(&exchange, &alice, usd(73_000) as u64));
    price(world, &exchange, 85_000);
    assert!(world.assess(&exchange.risk, &alice.account, &[BTC]).health.get() < 0);
    let mut account = world.margin_account(&alice.account);
    account.liquidation_since = world.svm.now();
    world.overwrite(&alice.account, &account);
    // A lot is worth 850 dollars.
    refused(world.block(&exchange, &alice, &bob, &[spot(-100, 713_850_000)]), AccountError::PriceFar);
    done(world.block(&exchange, &alice, &bob, &[spot(-100, usd(850))]));
    assert_eq!(cash(world, [&alice.account]), [usd(12_000)]);
}

/// Makes somebody a delegate of Alice's.
fn entrust(world: &mut World, alice: &Trader, to: &Keypair, scope: u8) {
    let (key, expires_at) = (to.pubkey(), world.svm.now() + 86_400);
    let args = SetDelegateArgs { place: 0, key, scope, expires_at };
    let set = account_program::set_delegate(&alice.account, &alice.key.pubkey(), &args);
    done(world.svm.send(&[set], &[&alice.key]));
}

/// A trade between Alice and Rita that Rita signs for both.
fn by_rita(
    world: &mut World,
    exchange: &Exchange,
    alice: &Trader,
    rita: &Trader,
    leg: TradeLeg,
) -> [Instruction; 2] {
    let mut trade = world.block_trade(exchange, alice, rita, &[leg]);
    trade.accounts[2].pubkey = rita.key.pubkey();
    [limit(), trade]
}

fn who_may_only_reduce_cannot_pay_himself(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[FRIDAY]);
    let [alice, bob, rita] = ["alice", "bob", "rita"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.deposit_token(&exchange, &alice, 1, COIN);
    let option = call(FRIDAY, 95_000, 10, usd(25));
    done(world.block(&exchange, &alice, &bob, &[perp(50, usd(950)), option]));
    entrust(world, &alice, &rita.key, Delegate::REDUCE);
    let by = |world: &mut World, leg| {
        let steps = by_rita(world, &exchange, &alice, &rita, leg);
        world.svm.send(&steps, &[&rita.key])
    };
    refused(by(world, spot(-100, usd(950))), AccountError::OrderReduceOnly);
    refused(by(world, spot(-100, 0)), AccountError::PriceFar);
    refused(by(world, TradeLeg { lots: -10, price: 0, ..option }), AccountError::PriceUnfair);
    refused(by(world, perp(-50, usd(856))), AccountError::PriceUnfair);
    // Without a good price there is no band, but the same rule.
    world.svm.pass(61);
    refused(by(world, perp(-50, 100)), AccountError::PriceUnfair);
    price(world, &exchange, 95_000);
    done(by(world, perp(-50, usd(949))));
    let book = world.margin_account(&alice.account);
    assert_eq!((book.legs[0].kind, book.token_amount(1)), (3, COIN));
}

fn a_triggers_fee_has_a_bound(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let [alice, bob, rita] = ["alice", "bob", "rita"].map(|name| world.trader(&exchange, name, usd(50_000)));
    done(world.block(&exchange, &alice, &bob, &[perp(1, usd(950))]));
    let place = PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: -1,
        above: true,
        level: 1,
        limit: 0,
        slippage: fraction(0.01),
        fee: usd(50_000) as u64,
        expires_at: world.svm.now() + 600,
    };
    entrust(world, &alice, &rita.key, Delegate::REDUCE);
    let placing = |key: &Keypair| account_program::place_trigger(&alice.account, &key.pubkey(), &place);
    refused(world.svm.send(&[placing(&rita.key)], &[&rita.key]), AccountError::NotAllowed);
    done(world.svm.send(&[placing(&alice.key)], &[&alice.key]));
    // Of 950 dollars that are traded, five per cent are 47.5; a share of 2^-40 is a little less.
    for (fee, allowed) in [(usd(50_000), false), (47_500_001, false), (47_499_999, true)] {
        let args = ExecuteTriggerArgs { place: 0, lots: 1, price: usd(950) as u64, fee: fee as u64 };
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
        let keeper = (&rita.account, &rita.key.pubkey());
        let execute =
            account_program::execute_trigger(&exchange.group(), &alice.account, keeper, &args, &numbers);
        let sent = world.svm.send(&[limit(), execute], &[&rita.key]);
        if allowed {
            done(sent);
        } else {
            refused(sent, AccountError::TriggerPrice);
        }
    }
    assert_eq!(cash(world, [&alice.account, &rita.account]), [49_952_500_001, 50_047_499_999]);
}

/// Lets so many dollars leave in an hour, and in a day.
fn pace(world: &mut World, exchange: &Exchange, hour: i64, day: i64) {
    let authority = exchange.risk.authority.insecure_clone();
    let rules = GroupRules { outflow_hour: usd(hour) as u64, outflow_day: usd(day) as u64, ..group_rules() };
    let change = account_program::change_group(&exchange.group(), &authority.pubkey(), &rules);
    done(world.svm.send(&[change], &[&authority]));
}

fn money_in_and_out_leaves_the_meters_as_they_were(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let alice = world.trader(&exchange, "alice", usd(10_000));
    let mallory = world.trader(&exchange, "mallory", 0);
    world.mint_to(&mallory.purse, usd(10_000) as u64);
    pace(world, &exchange, 10_000, 30_000);
    // What came in before is forgotten by then.
    world.svm.pass(2 * 86_400);
    price(world, &exchange, 95_000);
    let (group, key) = (exchange.group(), mallory.key.pubkey());
    let ten = usd(10_000) as u64;
    let coins = world.purse(&exchange.mints[0], &mallory.key, "mallory's coins", 10_000_000);
    let risks = Numbers { risks: &[BTC], ..Numbers::default() };
    let rounds = [
        [
            account_program::deposit(&group, &mallory.account, 0, 0, &mallory.purse, &key, ten, &[]),
            account_program::withdraw(
                &group,
                &mallory.account,
                0,
                &mallory.purse,
                &key,
                ten,
                &Numbers::default(),
            ),
        ],
        [
            account_program::deposit(&group, &mallory.account, 1, BTC, &coins, &key, 10_000_000, &[]),
            account_program::withdraw(&group, &mallory.account, 1, &coins, &key, 10_000_000, &risks),
        ],
    ];
    for _ in 0..3 {
        for round in &rounds {
            let [bring, take] = round.clone();
            done(world.svm.send(&[limit(), bring, take], &[&mallory.key]));
        }
    }
    done(world.withdraw_cash(&exchange, &alice, ten));
}

fn a_lowered_pace_is_reached_in_its_own_time(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let alice = world.trader(&exchange, "alice", usd(1_000_000));
    pace(world, &exchange, 500_000, 500_000);
    world.svm.pass(2 * 86_400);
    done(world.withdraw_cash(&exchange, &alice, usd(500_000) as u64));
    pace(world, &exchange, 1_000, 10_000);
    refused(world.withdraw_cash(&exchange, &alice, 1), AccountError::OutflowTooFast);
    // An hour of the new pace, of the day's 10 000.
    world.svm.pass(3_600);
    done(world.withdraw_cash(&exchange, &alice, 416_666_666));
    refused(world.withdraw_cash(&exchange, &alice, 1), AccountError::OutflowTooFast);
}

fn funding_that_is_due_cannot_be_withdrawn_before(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    done(world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]));
    let mark = usd(969) as u64;
    let mark = account_program::post_mark(&exchange.group(), BTC, 1, &exchange.operator.pubkey(), mark);
    done(world.svm.send(&[mark], &[&exchange.operator]));
    for _ in 0..10 {
        world.svm.pass(60);
        price(world, &exchange, 95_000);
    }
    // Funding of ten minutes at .2 % an hour, of 95 000 dollars, is 31.67: room that is not there.
    let room = world.assess(&exchange.risk, &alice.account, &[BTC]).room.get().div_euclid(10_000) as u64;
    refused(world.withdraw_cash(&exchange, &alice, room), AccountError::MarginShort);
    refused(world.withdraw_cash(&exchange, &alice, room - 31_000_000), AccountError::MarginShort);
    done(world.withdraw_cash(&exchange, &alice, room - 32_000_000));
}

fn a_loss_is_not_lent_against_a_gain_that_nobody_paid(world: &mut World) {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
    price(world, &exchange, 95_000);
    world.set_price(&exchange.risk, ETH, 3_000 * COIN as i64);
    let [alice, bob, chuck, zed] =
        ["alice", "bob", "chuck", "zed"].map(|name| world.trader(&exchange, name, usd(50_000)));
    done(world.block(&exchange, &alice, &chuck, &[perp(100, usd(950))]));
    world.svm.pass(30);
    price(world, &exchange, 104_000);
    done(world.block(&exchange, &alice, &zed, &[perp(-100, usd(1_040))]));
    done(world.withdraw_cash(&exchange, &alice, usd(50_000) as u64));
    // All that she has is a gain of 9 000 dollars that Chuck's side has not realised. She loses most of it to Bob.
    let of_eth = |lots: i64, price: i64| TradeLeg { number: ETH, ..perp(lots, price) };
    for lots in [400, 200, 100, 50, 20, 10, 5] {
        for _ in 0..6 {
            if world.block(&exchange, &alice, &bob, &[of_eth(lots, usd(33))]).is_err() {
                break;
            }
            done(world.block(&exchange, &alice, &bob, &[of_eth(-lots, usd(27))]));
        }
    }
    let book = world.margin_account(&alice.account);
    assert_eq!((book.cash, book.unpaid(BTC)), (0, usd(9_000)));
    assert!(book.unpaid(ETH) < usd(-6_000));
    refused(world.settle(&exchange, &alice.account), AccountError::MarginShort);
    assert_eq!(cash(world, [&bob.account]), [usd(50_000)]);
}

fn a_token_without_a_market_to_move_by_stops_nothing(world: &mut World) {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH, SOL]);
    price(world, &exchange, 95_000);
    world.set_price(&exchange.risk, ETH, 3_000 * COIN as i64);
    // Ether's token moves like SOL, which never had a price.
    let rules = ballast_interface::risk::MarketRules { moves_like: SOL, ..rules(&exchange.group(), ETH) };
    let authority = exchange.risk.authority.insecure_clone();
    let change = risk_program::change_market_risk(&exchange.group(), &authority.pubkey(), ETH, &rules);
    done(world.svm.send(&[change], &[&authority]));
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(30_000)));
    done(world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]));
    let before = world.assess(&exchange.risk, &alice.account, &[BTC]);
    world.deposit_token(&exchange, &alice, 2, COIN);
    let after = world.assess(&exchange.risk, &alice.account, &[BTC, ETH, SOL]);
    assert_eq!(after.value, before.value);
}

fn far_dates_do_not_keep_near_ones_out(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    for week in 0..12 {
        let list = account_program::list_expiry(&exchange.group(), BTC, FRIDAY + week * 7 * 86_400);
        done(world.svm.send(&[list], &[]));
    }
    let tomorrow = START + 86_400 + 28_800;
    done(world.svm.send(&[account_program::list_expiry(&exchange.group(), BTC, tomorrow)], &[]));
    let dates = world.market(&exchange.group(), BTC);
    assert_eq!((dates.date_count, dates.dates()[0].expiry), (12, tomorrow));
    assert_eq!(dates.dates()[11].expiry, FRIDAY + 10 * 7 * 86_400);
}
