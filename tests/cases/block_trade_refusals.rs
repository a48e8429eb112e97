//! What `block_trade` refuses, with the error's number; nothing changes when it does.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, overwrite, perp, TwoExchanges, ETHER},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::Numbers, pause, switches, Bank, GroupRules, MarginAccount, MarketTerms, TradeLeg,
    },
    ids, seeds,
};
use ballast_testkit::{
    account_program, group_rules, market_terms, slice, AccountMeta, Instruction, Signer, World, BTC, ETH,
    START,
};

on_litesvm!(block_trade_needs_every_account, block_trade_of_spot_needs_every_account);
ballast_testkit::on_every_svm!(
    block_trade_refuses_lots_and_prices,
    block_trade_refuses_instruments,
    block_trade_refuses_options,
    block_trade_refuses_spot,
    block_trade_refuses_what_an_account_cannot_hold,
    block_trade_refuses_the_wrong_person_or_place,
    block_trade_refuses_what_is_behind,
    block_trade_can_only_reduce_when_stopped,
);

/// The first Friday at eight in the morning.
const FRIDAY: i64 = START + 4 * 86_400 + 28_800;
const NEEDED: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] };

fn trade(two: &TwoExchanges, legs: &[TradeLeg], numbers: &Numbers) -> Instruction {
    let sides = [&two.alice, &two.bob].map(|trader| (trader.account, trader.key.pubkey()));
    let [first, second] = sides.each_ref().map(|(account, key)| (account, key));
    account_program::block_trade(&two.group(), first, second, &legs.to_vec(), numbers)
}

fn one(two: &TwoExchanges, leg: TradeLeg) -> Instruction {
    trade(two, &[leg], &NEEDED)
}

/// Lots of ether itself, a hundredth each; Alice has one.
fn spot(lots: i64, price: u64) -> TradeLeg {
    TradeLeg { number: 2, kind: 0, expiry: 0, strike: 0, lots, price: dollars(price) }
}

fn sell_spot(two: &TwoExchanges, leg: TradeLeg) -> Instruction {
    trade(two, &[leg], &Numbers { banks: &[2], ..NEEDED })
}

fn change(two: &TwoExchanges, terms: &MarketTerms) -> [Instruction; 1] {
    [account_program::change_market(&two.group(), &two.authority(), BTC, terms)]
}

fn block_trade_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    // The group need not be written.
    let tampering = Tampering { strangers: &strangers, unwritten: &[0], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&one(&two, perp(1, 950))));
}

fn block_trade_of_spot_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    // The bank is only read, and the market settles nothing; its perp is why it is there. The group need not be written.
    let tampering = Tampering { strangers: &strangers, unwritten: &[0, 9], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&sell_spot(&two, spot(-1, 35))));
}

fn block_trade_refuses_lots_and_prices(world: &mut World) {
    let two = TwoExchanges::new(world);
    let exact = |lots, price| one(&two, TradeLeg { price, ..perp(lots, 0) });
    let (index, tick) = (dollars(950), 100);
    two.ring.refuse_all(
        world,
        &[
            ("no leg", 6071, trade(&two, &[], &NEEDED)),
            ("nine legs", 6071, trade(&two, &[perp(1, 950); 9], &NEEDED)),
            ("no lots", 6071, one(&two, perp(0, 950))),
            ("no lots in the second leg", 6071, trade(&two, &[perp(1, 950), perp(0, 950)], &NEEDED)),
            ("the most lots of all", 6016, one(&two, perp(i64::MAX, 950))),
            ("the fewest lots of all", 6016, one(&two, perp(i64::MIN, 950))),
            ("the fewest lots of all for nothing", 6016, exact(i64::MIN, 0)),
            ("more lots than a position can have", 6016, exact((1 << 40) + 1, 0)),
            ("as many sold", 6016, exact(-(1 << 40) - 11, 0)),
            ("the highest price of all", 6016, exact(1, u64::MAX)),
            ("the highest that can be signed", 6016, exact(1, i64::MAX as u64)),
            ("a price off the tick", 6058, exact(1, index + 1)),
            ("a price a unit below the tick", 6058, exact(1, index - 1)),
            ("a price of nothing", 6059, exact(1, 0)),
            ("a tick above the band", 6059, exact(1, dollars(1_045) + tick)),
            ("a tick below the band", 6059, exact(1, dollars(855) - tick)),
            ("more than the margin bears", 6047, one(&two, perp(20_000, 950))),
            ("as much sold", 6047, one(&two, perp(-20_000, 950))),
            ("a second leg too far", 6059, trade(&two, &[perp(1, 950), perp(1, 1_046)], &NEEDED)),
        ],
    );
    for (lots, price) in [(1, dollars(1_045)), (-1, dollars(855)), (1, index + tick), (1, index - tick)] {
        two.ring.accept(world, "within the band", &alone(&exact(lots, price)));
    }
    two.ring.accept(world, "eight legs", &alone(&trade(&two, &[perp(1, 950); 8], &NEEDED)));
    // Twenty lots are open now.
    let cap = MarketTerms { open_interest_cap: 25, ..market_terms() };
    two.ring.accept(world, "a cap", &change(&two, &cap));
    two.ring.refuse_all(world, &[("a lot above the cap", 6068, one(&two, perp(6, 950)))]);
    two.ring.accept(world, "up to the cap", &alone(&one(&two, perp(5, 950))));
    two.ring.refuse_all(world, &[("one more", 6068, one(&two, perp(1, 950)))]);
    two.ring.accept(world, "a lower cap", &change(&two, &MarketTerms { open_interest_cap: 0, ..cap }));
    two.ring.accept(world, "less, though above the cap", &alone(&one(&two, perp(-1, 950))));
}

fn block_trade_refuses_instruments(world: &mut World) {
    let two = TwoExchanges::new(world);
    let like = |edit: &dyn Fn(&mut TradeLeg)| {
        let mut leg = perp(1, 950);
        edit(&mut leg);
        one(&two, leg)
    };
    two.ring.refuse_all(
        world,
        &[
            ("a kind that there is not", 6054, like(&|leg| leg.kind = 5)),
            ("the last kind of all", 6054, like(&|leg| leg.kind = 255)),
            ("a perp with a date", 6054, like(&|leg| leg.expiry = FRIDAY)),
            ("a perp with a strike", 6054, like(&|leg| leg.strike = 1)),
            ("a future without a date", 6054, like(&|leg| leg.kind = 2)),
            (
                "a future with a strike",
                6054,
                like(&|leg| (leg.kind, leg.expiry, leg.strike) = (2, FRIDAY, 1)),
            ),
            ("a call without a strike", 6054, like(&|leg| (leg.kind, leg.expiry) = (3, FRIDAY))),
            ("a put without a date", 6054, like(&|leg| (leg.kind, leg.strike) = (4, ETHER))),
            ("spot with a date", 6054, like(&|leg| (leg.kind, leg.expiry) = (0, FRIDAY))),
            ("market number zero", 6054, like(&|leg| leg.number = 0)),
            ("a market that there is not", 6050, like(&|leg| leg.number = 3)),
            ("the last market of all", 6050, like(&|leg| leg.number = u16::MAX)),
            ("a market that is not given", 6050, like(&|leg| leg.number = ETH)),
            ("a bank that is not given", 6050, like(&|leg| (leg.number, leg.kind) = (2, 0))),
            ("a date that is not listed", 6060, like(&|leg| (leg.kind, leg.expiry) = (2, FRIDAY))),
            ("a date before all time", 6060, like(&|leg| (leg.kind, leg.expiry) = (2, i64::MIN))),
        ],
    );
    let terms = market_terms();
    two.ring.accept(world, "no perp", &change(&two, &MarketTerms { switches: 6, ..terms }));
    two.ring.refuse_all(world, &[("a perp that is off", 6055, one(&two, perp(1, 950)))]);
    two.ring.accept(world, "a smaller position in it", &alone(&one(&two, perp(-1, 950))));
    let reduce = MarketTerms { switches: switches::ALL, ..terms };
    two.ring.accept(world, "only smaller", &change(&two, &reduce));
    two.ring.refuse_all(
        world,
        &[
            ("a larger position", 6053, one(&two, perp(1, 950))),
            ("another side", 6053, one(&two, perp(-10, 950))),
        ],
    );
    two.ring.accept(world, "a smaller position", &alone(&one(&two, perp(-1, 950))));
    two.ring.accept(world, "everything", &change(&two, &terms));
    two.ring.accept(world, "another side", &alone(&one(&two, perp(-10, 950))));
}

fn block_trade_refuses_options(world: &mut World) {
    let two = TwoExchanges::new(world);
    let list = account_program::list_expiry(&two.group(), BTC, FRIDAY);
    two.ring.accept(world, "a Friday", &[list]);
    let now = world.svm.now();
    let date = slice(now, FRIDAY - now, ballast_testkit::dollars(95_000), 0.6);
    world.set_surface(&two.ours.risk, BTC, &[date]);
    let call = |strike: u64, lots| {
        one(&two, TradeLeg { kind: 3, expiry: FRIDAY, strike, lots, price: dollars(1), ..perp(1, 1) })
    };
    let strike = |dollars: u64| dollars * 100_000_000;
    two.ring.refuse_all(
        world,
        &[
            ("a strike off the step", 6056, call(strike(100_000) + 1, 1)),
            ("half a step", 6056, call(strike(100_000) + 50_000_000, 1)),
            ("a strike a thousand times lower", 6057, call(strike(94), 1)),
            ("a strike a thousand times higher", 6057, call(strike(95_000_001), 1)),
            ("the highest strike on the step", 6057, call(u64::MAX / 100_000_000 * 100_000_000, 1)),
            ("the highest strike of all", 6056, call(u64::MAX, 1)),
        ],
    );
    two.ring.accept(world, "the lowest strike", &alone(&call(strike(95), 1)));
    two.ring.accept(world, "the highest strike", &alone(&call(strike(95_000_000), 1)));
    two.ring.accept(world, "a usual strike", &alone(&call(strike(100_000), 1)));
    let terms = market_terms();
    two.ring.accept(world, "no options", &change(&two, &MarketTerms { switches: 3, ..terms }));
    two.ring.refuse_all(world, &[("an option that is off", 6055, call(strike(100_000), 1))]);
    two.ring.accept(world, "fewer of them", &alone(&call(strike(100_000), -1)));
    two.ring.accept(world, "everything", &change(&two, &terms));

    // A premium of more than there is, where nothing may be owed.
    let rules = GroupRules { borrow_cap: 0, ..group_rules() };
    let none = account_program::change_group(&two.group(), &two.authority(), &rules);
    two.ring.accept(world, "nothing to lend", &[none]);
    let dear =
        TradeLeg { kind: 3, expiry: FRIDAY, strike: strike(1_000), price: dollars(950), ..perp(110, 0) };
    two.ring.refuse_all(world, &[("more than there is", 6041, one(&two, dear))]);
    // From the last second on nothing of that date is traded.
    let mut clock = world.svm.clock();
    clock.unix_timestamp = FRIDAY;
    world.svm.set_clock(clock);
    two.good_prices(world);
    two.ring.refuse_all(
        world,
        &[
            ("more of a date that has passed", 6064, call(strike(95), 1)),
            ("fewer of a date that has passed", 6064, call(strike(95), -1)),
        ],
    );
}

fn block_trade_refuses_spot(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of = |lots, price| sell_spot(&two, TradeLeg { price, ..spot(lots, 0) });
    two.ring.refuse_all(
        world,
        &[
            ("no lots", 6071, of(0, dollars(35))),
            ("more than there is", 6037, of(-101, dollars(35))),
            ("more than the other has", 6037, of(1, dollars(35))),
            ("the fewest lots of all", 6016, of(i64::MIN, dollars(35))),
            ("the most lots of all", 6016, of(i64::MAX, dollars(35))),
            ("the fewest lots of all for nothing", 6059, of(i64::MIN, 0)),
            ("the highest price of all", 6059, of(-1, u64::MAX)),
            ("nothing", 6059, of(-1, 0)),
            // A lot is worth 35 dollars, and an eighth of that is 4.375.
            ("a unit above an eighth more", 6059, of(-1, 39_375_001)),
            ("a unit below an eighth less", 6059, of(-1, 30_624_999)),
        ],
    );
    overwrite(world, &two.bank(2), |bank: &mut Bank| bank.lot_amount = 0);
    two.ring.refuse_all(world, &[("a bank whose lots are not whole", 6055, of(-1, dollars(35)))]);
    overwrite(world, &two.bank(2), |bank: &mut Bank| bank.lot_amount = ETHER / 100);
    two.ring.accept(world, "an eighth more", &alone(&of(-1, 39_375_000)));
    two.ring.accept(world, "an eighth less", &alone(&of(-1, 30_625_000)));
    two.ring.accept(world, "all that there is", &alone(&of(-98, dollars(35))));
}

fn block_trade_refuses_what_an_account_cannot_hold(world: &mut World) {
    let two = TwoExchanges::new(world);
    let alice = two.alice.account;
    // Sixty-four legs: the perp, and others of a market that this trade does not touch.
    let before = overwrite(world, &alice, |account: &mut MarginAccount| {
        for place in 1..64 {
            let leg = &mut account.legs[place];
            (leg.market, leg.kind, leg.quantity) = (ETH, 2, 1);
            leg.expiry = FRIDAY + place as i64;
        }
        (account.markets[1].market, account.markets[1].legs) = (ETH, 63);
    });
    let list = account_program::list_expiry(&two.group(), BTC, FRIDAY);
    two.ring.accept(world, "a Friday", &[list]);
    let future = TradeLeg { kind: 2, expiry: FRIDAY, ..perp(1, 950) };
    two.ring.refuse_all(world, &[("a sixty-fifth position", 6069, one(&two, future))]);
    world.overwrite(&alice, &before);
    // Eight markets, each of which is owed something.
    let row = before.markets[0];
    let before = overwrite(world, &two.second, |account: &mut MarginAccount| {
        for (place, book) in account.markets.iter_mut().enumerate() {
            (book.market, book.unpaid_profit) = (100 + place as u16, -1);
        }
    });
    assert_eq!((row.market, row.legs), (BTC, 1));
    let ninth = with(&one(&two, perp(1, 950)), 1, &two.second);
    two.ring.refuse_all(world, &[("a ninth market", 6070, ninth)]);
    world.overwrite(&two.second, &before);
    // Twelve kinds of tokens.
    let before = overwrite(world, &two.bob.account, |account: &mut MarginAccount| {
        for (place, token) in account.collateral.iter_mut().enumerate() {
            (token.bank, token.market, token.amount) = (100 + place as u16, 1, 1);
        }
    });
    two.ring.refuse_all(world, &[("a thirteenth kind", 6038, sell_spot(&two, spot(-1, 35)))]);
    world.overwrite(&two.bob.account, &before);
    two.ring.accept(world, "with room", &alone(&one(&two, perp(1, 950))));
}

fn block_trade_refuses_the_wrong_person_or_place(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (more, less) = (one(&two, perp(1, 950)), one(&two, perp(-1, 950)));
    let (stranger, other) = (two.ring.0[6].pubkey(), two.other.group());
    let now = world.svm.now();
    let delegate = |world: &mut World, scope: u8, until: i64| {
        two.edit_account(world, &two.alice.account, |account| {
            let row = &mut account.delegates[3];
            (row.key, row.scope, row.expires_at) = (stranger, scope, until);
        });
    };
    two.ring.refuse_all(
        world,
        &[
            ("a stranger for the first", 6011, with(&more, 2, &stranger)),
            ("a stranger for the second", 6011, with(&more, 4, &stranger)),
            ("the authority", 6011, with(&more, 2, &two.authority())),
            ("the other side for both", 6011, with(&more, 2, &two.bob.key.pubkey())),
            ("one account on both sides", 6011, with(&more, 3, &two.alice.account)),
            (
                "one account and person on both sides",
                6072,
                with(&with(&more, 3, &two.alice.account), 4, &two.alice.key.pubkey()),
            ),
            ("another group's account", 6015, with(&more, 1, &two.foreign)),
            ("another group", 6015, with(&more, 0, &other)),
            ("another group's model", 6015, with(&more, 5, &seeds::find_model(&other).0)),
            ("another risk program", 6049, with(&more, 6, &ids::ACCOUNT)),
        ],
    );
    let by_delegate = with(&more, 2, &stranger);
    delegate(world, 1, now);
    two.ring.refuse_all(world, &[("a delegate whose time is over", 6011, by_delegate.clone())]);
    delegate(world, 2, now + 1);
    two.ring.refuse_all(world, &[("more by a delegate who can only reduce", 6082, by_delegate.clone())]);
    two.ring.accept(world, "less by a delegate who can only reduce", &alone(&with(&less, 2, &stranger)));
    delegate(world, 2, now);
    two.ring.refuse_all(world, &[("the same when the time is over", 6011, with(&less, 2, &stranger))]);
    delegate(world, 1, now + 1);
    two.ring.accept(world, "more by a delegate who can trade", &alone(&by_delegate));
    let versions = [
        (two.group(), 6005),
        (two.alice.account, 6006),
        (two.bob.account, 6006),
        (two.market(BTC), 6019),
        (two.risk(ETH), 6052),
    ];
    two.refuse_versions(world, &alone(&more), &versions);
    let of_spot = sell_spot(&two, spot(-1, 35));
    two.refuse_versions(world, &alone(&of_spot), &[(two.bank(2), 6022)]);
    for length in [0, 7, 8, 11, 12, 40] {
        let short = edited(&more, |trade| trade.data.truncate(length));
        let code = if length < 8 { 101 } else { 102 };
        two.ring.refuse_all(world, &[("data cut short", code, short)]);
    }
    let endless = edited(&more, |trade| trade.data[8..12].fill(255));
    two.ring.refuse_all(world, &[("a count of legs beyond all memory", 102, endless)]);
}

fn block_trade_refuses_what_is_behind(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of = |markets: &[u16], risks: &[u16]| {
        trade(&two, &[perp(1, 950)], &Numbers { markets, banks: &[], risks })
    };
    let banks = |banks: &[u16]| trade(&two, &[spot(-1, 35)], &Numbers { banks, ..NEEDED });
    let good = of(&[BTC], &[BTC, ETH]);
    let other = two.other.group();
    let behind =
        |key: &Pubkey| edited(&good, |trade| trade.accounts.push(AccountMeta::new_readonly(*key, false)));
    two.ring.refuse_all(
        world,
        &[
            ("no market", 6050, of(&[], &[BTC, ETH])),
            ("another market", 6050, of(&[ETH], &[BTC, ETH])),
            ("markets out of order", 6051, of(&[ETH, BTC], &[BTC, ETH])),
            ("a market twice", 6051, of(&[BTC, BTC], &[BTC, ETH])),
            ("another group's market", 6015, with(&good, 9, &seeds::find_market(&other, BTC).0)),
            ("risks out of order", 6051, of(&[BTC], &[ETH, BTC])),
            ("a risk twice", 6051, of(&[BTC], &[BTC, BTC, ETH])),
            ("another group's risk", 6015, with(&good, 11, &seeds::find_market_risk(&other, ETH).0)),
            ("without the risk of what is traded", 6050, of(&[BTC], &[ETH])),
            ("without any risk", 6050, of(&[BTC], &[])),
            ("a market behind the risks", 6052, behind(&two.market(ETH))),
            ("an account among the markets", 6051, with(&good, 9, &two.alice.account)),
            ("an account of nobody here among the markets", 6052, with(&good, 9, &two.second)),
            ("nobody behind the risks", 6052, behind(&Pubkey::new_from_array([9; 32]))),
            ("no bank", 6050, banks(&[])),
            ("another bank", 6050, banks(&[1])),
            ("banks out of order", 6051, banks(&[2, 1])),
            ("a bank twice", 6051, banks(&[2, 2])),
            ("another group's bank", 6015, with(&banks(&[2]), 10, &seeds::find_bank(&other, 2).0)),
        ],
    );
    two.ring.refuse_naming(world, &[("without the collateral's risk", "MarketMissing", of(&[BTC], &[BTC]))]);
    two.ring.accept(world, "both markets", &alone(&of(&[BTC, ETH], &[BTC, ETH])));
    two.ring.accept(world, "both banks", &alone(&banks(&[1, 2])));
}

fn block_trade_can_only_reduce_when_stopped(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (more, less) = (one(&two, perp(1, 950)), one(&two, perp(-1, 950)));
    let (turned, buy) = (one(&two, perp(-30, 950)), sell_spot(&two, spot(-1, 35)));
    let check = |world: &mut World, why: &str, code: u32| {
        two.ring.refuse_all(
            world,
            &[(why, code, more.clone()), (why, code, turned.clone()), (why, code, buy.clone())],
        );
        two.ring.accept(world, why, &alone(&less));
    };
    for what in [pause::INCREASE, pause::ALL] {
        two.stop(world, what);
        check(world, "stopped", 6042);
    }
    two.stop(world, 0);
    two.stop(world, pause::WITHDRAW);
    two.ring.accept(world, "while withdrawals are stopped", &alone(&more));
    two.latch(world, &two.bob.account, true);
    check(world, "under liquidation", 6044);
    two.latch(world, &two.bob.account, false);
    world.svm.pass(700);
    check(world, "with old prices", 6048);
    two.good_prices(world);
    two.ring.accept(world, "with good prices", &alone(&more));
    two.ring.accept(world, "the other side", &alone(&turned));
}
