//! Planted bugs: whoever tampers with an account is found out, by every check.

use crate::{
    books::hold,
    clocks::{Clocks, TIME},
    flags::{flags, FLAGS},
    forms::{agree, counted, near, unwritten, FORMS},
    healths::{self, Change, GATE},
    history::HISTORY,
    home::{left, HOME},
    play::{Play, NOTHING},
    settling::{alike, ORDER},
    stage::{Stage, MARKETS},
    state::{vaults, Broken, State},
    withdrawals::WITHDRAWALS,
};
use anchor_lang::prelude::Pubkey;
use ballast_audit::names;
use ballast_interface::{
    account::{instructions::Numbers, Group, MarginAccount, Market, OrderRecord, TradeLeg, Venue},
    liquidation::Fund,
    seeds, Fixed64, Wide,
};
use ballast_testkit::{account_program, limit, Arch, Random, Signer, BTC, DOLLAR};

/// A perp between two traders, and a mark: enough that every table has rows.
pub fn scene(stage: &Stage) -> Play<'_> {
    let mut play = Play::new(stage);
    play.refresh(false).expect("prices");
    let cast = play.cast;
    let leg = TradeLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 20, price: 950_000_000 };
    let [maker, taker] = [&cast.seats[2], &cast.seats[5]];
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &MARKETS };
    let trade = account_program::block_trade(
        &cast.group(),
        (&maker.account, &maker.key.pubkey()),
        (&taker.account, &taker.key.pubkey()),
        &vec![leg],
        &numbers,
    );
    let done = play.act("block_trade", 2, &[limit(), trade], &[&maker.key, &taker.key]);
    assert!(done.expect("everything holds"), "{:?}", play.counts);
    play
}

pub fn found<T>(checked: Result<T, Broken>, name: &str, what: &str) {
    match checked {
        Err(broken) => assert!(
            broken.name == name && broken.what.contains(what),
            "another promise is said to be broken: {broken:?}"
        ),
        Ok(_) => panic!("{name}: {what} was not found"),
    }
}

/// Changes an account past all rules, reads everything anew, and returns what there was.
pub fn tamper<T: bytemuck::Pod>(play: &mut Play, key: &Pubkey, edit: impl FnOnce(&mut T)) -> State {
    let mut layout: T = play.world.typed(key);
    edit(&mut layout);
    play.world.overwrite(key, &layout);
    let addresses: Vec<Pubkey> = play.state.bytes.keys().copied().collect();
    let after = State::read(&mut play.world, play.cast, &addresses);
    std::mem::replace(&mut play.state, after)
}

/// Adds cash that nobody brought. It stands beside what is counted: that tells how much of the rest is interest.
fn plant_cash(account: &mut MarginAccount, change: i64) {
    account.cash += change;
    account.uncounted += change;
}

/// Changes what a token account holds.
pub fn tamper_tokens(play: &mut Play, key: &Pubkey, change: i64) -> State {
    let mut account = play.world.svm.account(key).expect("a token account");
    let amount = u64::from_le_bytes(account.data[64..72].try_into().expect("eight bytes"));
    account.data[64..72].copy_from_slice(&amount.wrapping_add_signed(change).to_le_bytes());
    play.world.svm.set_account(key, account);
    let addresses: Vec<Pubkey> = play.state.bytes.keys().copied().collect();
    let after = State::read(&mut play.world, play.cast, &addresses);
    std::mem::replace(&mut play.state, after)
}

#[test]
fn tokens_that_nobody_owns_are_found() {
    let stage = Stage::new(Arch::V3);
    let (group, account) = (stage.cast.group(), stage.cast.seats[2].account);
    type Planted = (&'static str, &'static str, fn(&mut MarginAccount));
    let accounts: [Planted; 3] = [
        (names::CASH, "group.cash", |account| account.counted += 1),
        (names::UNCOUNTED, "group.uncounted", |account| account.uncounted += 1),
        (names::DEPOSITS, "deposits of bank 1", |account| {
            (account.collateral[3].bank, account.collateral[3].market, account.collateral[3].amount) =
                (1, 1, 1);
        }),
    ];
    for (name, what, edit) in accounts {
        let mut play = scene(&stage);
        tamper(&mut play, &account, edit);
        found(hold(&play.state), name, what);
    }
    type PlantedInGroup = (&'static str, &'static str, fn(&mut Group));
    let groups: [PlantedInGroup; 7] = [
        (names::CASH, "group.cash", |group| group.cash -= 1),
        (names::UNCOUNTED, "group.uncounted", |group| group.uncounted += 1),
        (names::VENUES, "group.venue_fees", |group| group.venue_fees += 1),
        (names::VAULT, "the vault", |group| group.fees += 1),
        (names::VAULT, "the vault", |group| group.interest -= 1),
        (names::SHARES, "group.deposit_shares", |group| {
            group.deposit_shares = Wide::new(group.deposit_shares.get() + 1);
        }),
        (names::SHARES, "group.debt_shares", |group| group.debt_shares = Wide::new(1)),
    ];
    for (name, what, edit) in groups {
        let mut play = scene(&stage);
        tamper(&mut play, &group, edit);
        found(hold(&play.state), name, what);
    }
    let whats = [(names::VAULT, "the vault"), (names::BANKS, "bank 1"), (names::BANKS, "bank 2")];
    for (vault, (name, what)) in vaults(&group).iter().zip(whats) {
        let mut play = scene(&stage);
        tamper_tokens(&mut play, vault, -1);
        found(hold(&play.state), name, what);
    }
    type PlantedInMarket = (&'static str, fn(&mut Market));
    let markets: [PlantedInMarket; 4] = [
        ("the group's fees", |market| market.waiting.fees += 1),
        ("the insurance's fees", |market| market.waiting.insurance += 1),
        ("a venue's fees", |market| {
            (market.waiting.venues[2].venue, market.waiting.venues[2].amount) = (1, 1)
        }),
        ("a pool", |market| market.pool += 1),
    ];
    let market = seeds::find_market(&group, BTC).0;
    for (what, edit) in markets {
        let mut play = scene(&stage);
        tamper(&mut play, &market, edit);
        let checked = hold(&play.state);
        assert!(checked.is_err(), "{what} waits, and nobody knows");
        found(checked, names::UNCOUNTED, "group.uncounted");
    }
    // Nothing of an account is counted, and it has cash.
    let mut play = scene(&stage);
    tamper::<MarginAccount>(&mut play, &stage.cast.seats[1].account, |account| account.cash += 1);
    found(hold(&play.state), names::CASH, "cash of");
    // Interest that nobody paid: cash as it stands is untouched, what lenders will be told is not.
    let mut play = scene(&stage);
    tamper::<Group>(&mut play, &group, |group| {
        group.deposit_index = Fixed64::from_bits(group.deposit_index.to_bits() + (1 << 50));
    });
    found(hold(&play.state), names::INTEREST, "no more interest");
}

#[test]
fn positions_that_nobody_holds_are_found() {
    let stage = Stage::new(Arch::V3);
    let account = stage.cast.seats[2].account;
    type Planted = (&'static str, &'static str, fn(&mut MarginAccount));
    let accounts: [Planted; 6] = [
        (names::NET, "long less short", |account| account.legs[0].quantity += 1),
        (names::WINNERS, "claims less losses", |account| account.legs[0].entry_value -= 1_000_000),
        (names::UNPAID, "unpaid of market", |account| account.markets[0].unpaid_profit += 5),
        (names::UNPAID, "owed of market", |account| account.markets[0].unpaid_profit -= 5),
        (names::ORDER, "counts 2 legs", |account| account.markets[0].legs += 1),
        (names::ORDER, "account", |account| account.legs.swap(0, 1)),
    ];
    for (name, what, edit) in accounts {
        let mut play = scene(&stage);
        tamper(&mut play, &account, edit);
        found(hold(&play.state), name, what);
    }
    type PlantedInMarket = (&'static str, &'static str, fn(&mut Market));
    let markets: [PlantedInMarket; 5] = [
        (names::OPEN_INTEREST, "open_interest", |market| market.open_interest += 1),
        (names::OPEN_INTEREST, "perp_open_interest", |market| market.perp_open_interest += 1),
        (names::OPEN_INTEREST, "expiry", |market| market.dates[1].open_interest += 1),
        (names::DATES, "legs of market", |market| market.dates[0].legs += 1),
        (names::UNPAID, "owed of market", |market| market.owed += 1),
    ];
    let market = seeds::find_market(&stage.cast.group(), BTC).0;
    for (name, what, edit) in markets {
        let mut play = scene(&stage);
        tamper(&mut play, &market, edit);
        found(hold(&play.state), name, what);
    }
}

#[test]
fn health_that_is_lost_is_found() {
    let stage = Stage::new(Arch::V3);
    for (by, cash, what) in [
        ("deposit", 1, "healthy no more"),
        ("deposit", 150_000, "without a gate"),
        ("withdraw", 3_300, "less than initial margin"),
    ] {
        let mut play = scene(&stage);
        let was = play.reports.of(&mut play.world, play.cast, &play.state, 2).expect("a report");
        let before = tamper::<MarginAccount>(&mut play, &stage.cast.seats[2].account, |account| {
            plant_cash(account, cash * DOLLAR - account.cash);
        });
        let is = play.reports.of(&mut play.world, play.cast, &play.state, 2).expect("a report");
        let change = Change { by, seat: 2, gives: true, expired: false, before: &was, after: &is };
        found(healths::judge(&change, &before, &play.state), GATE, what);
    }
}

#[test]
fn a_withdrawal_of_others_money_is_found() {
    let stage = Stage::new(Arch::V3);
    let mut play = scene(&stage);
    let vault = vaults(&stage.cast.group())[0];
    // More leaves the vault than the account loses.
    let before = tamper_tokens(&mut play, &vault, -250_000 * DOLLAR);
    play.ledger.note(&before, &play.state, "withdraw", 2);
    found(play.ledger.check(&play.state, &mut Random::new(1)), WITHDRAWALS, "more than it brought");
    let mut play = scene(&stage);
    let vault = vaults(&stage.cast.group())[1];
    let before = tamper_tokens(&mut play, &vault, -60_000_000);
    play.ledger.note(&before, &play.state, "withdraw", 2);
    found(play.ledger.check(&play.state, &mut Random::new(1)), WITHDRAWALS, "token 1");
}

#[test]
fn a_refusal_that_changes_something_is_found() {
    let stage = Stage::new(Arch::V3);
    let mut play = scene(&stage);
    let (group, key) = (play.cast.group(), play.cast.thief.pubkey());
    // What is compared with is what was read before: the tampering looks as if the refused instruction had done it.
    let mut account: MarginAccount = play.world.typed(&play.cast.seats[3].account);
    account.sequence += 1;
    play.world.overwrite(&stage.cast.seats[3].account, &account);
    let stop = account_program::stop(&group, &key, 1, 1);
    let thief = play.cast.thief.insecure_clone();
    found(play.act("stop", 0, &[stop], &[&thief]), NOTHING, "changed by a refused stop");
}

#[test]
fn an_order_that_matters_is_found() {
    let stage = Stage::new(Arch::V3);
    let mut play = scene(&stage);
    let before =
        tamper::<MarginAccount>(&mut play, &stage.cast.seats[4].account, |account| plant_cash(account, 1));
    found(alike(&before, &play.state), ORDER, "seat 4");
}

#[test]
fn time_that_runs_twice_is_found() {
    let stage = Stage::new(Arch::V3);
    let look = |play: &Play, before: &State, flows: &[_]| {
        Clocks::default().look(before, &play.state, flows, play.cast, false)
    };
    let mut play = scene(&stage);
    let before = tamper::<Group>(&mut play, &stage.cast.group(), |group| {
        group.debt_index = Fixed64::from_bits(group.debt_index.to_bits() - 1);
    });
    found(look(&play, &before, &[]), TIME, "indices fall");
    let mut play = scene(&stage);
    let market = seeds::find_market(&stage.cast.group(), BTC).0;
    let before = tamper::<Market>(&mut play, &market, |market| market.funding_index = Fixed64::from_bits(1));
    found(look(&play, &before, &[]), TIME, "funding moved");
    // The last flow once more, with interest: twice in one second.
    let play = scene(&stage);
    let mut flow = play.history.flows.last().expect("a flow").clone();
    let mut clocks = Clocks::default();
    clocks.look(&play.state, &play.state, &[flow.clone()], play.cast, false).expect("no interest");
    flow.interest = 1;
    found(clocks.look(&play.state, &play.state, &[flow], play.cast, false), TIME, "twice in a second");
}

#[test]
fn flags_that_move_by_themselves_are_found() {
    let stage = Stage::new(Arch::V3);
    let (group, account) = (stage.cast.group(), stage.cast.seats[2].account);
    let market = seeds::find_market(&group, BTC).0;
    let mut play = scene(&stage);
    let before = tamper::<MarginAccount>(&mut play, &account, |account| account.liquidation_since = 5);
    found(flags(&before, &play.state, "deposit"), FLAGS, "liquidation_since");
    flags(&before, &play.state, "latch").expect("that is what it is for");
    let before = tamper::<MarginAccount>(&mut play, &account, |account| account.has_record = 0);
    found(flags(&before, &play.state, "settle_fills"), FLAGS, "has_record");
    let before = tamper::<Group>(&mut play, &group, |group| group.paused = 3);
    found(flags(&before, &play.state, "change_group"), FLAGS, "paused");
    let before = tamper::<Market>(&mut play, &market, |market| market.dates[0].settled_at = 9);
    found(flags(&before, &play.state, "settle_account"), FLAGS, "settlement price");
    let before = tamper::<Market>(&mut play, &market, |market| market.premium = 9);
    found(flags(&before, &play.state, "block_trade"), FLAGS, "premium");
}

#[test]
fn what_events_do_not_tell_is_found() {
    let stage = Stage::new(Arch::V3);
    type Planted = (&'static str, fn(&mut MarginAccount));
    let accounts: [Planted; 4] = [
        ("cash of seat 2", |account| account.cash += 1),
        ("unpaid profit of seat 2", |account| account.markets[0].unpaid_profit += 1),
        ("legs of seat 2", |account| account.legs[0].quantity += 1),
        ("tokens of seat 2", |account| account.collateral[5].amount += 1),
    ];
    for (what, edit) in accounts {
        let mut play = scene(&stage);
        play.history.compare(&play.state, play.cast).expect("all is told");
        tamper(&mut play, &stage.cast.seats[2].account, edit);
        found(play.history.compare(&play.state, play.cast), HISTORY, what);
    }
}

#[test]
fn sums_that_events_do_not_tell_are_found() {
    let stage = Stage::new(Arch::V3);
    let compared = |play: &Play| play.history.compare(&play.state, play.cast);
    type Planted = (&'static str, fn(&mut Group));
    let groups: [Planted; 5] = [
        ("the group's sums", |group| group.cash += 1),
        ("the group's sums", |group| group.interest -= 1),
        ("the group's sums", |group| group.uncounted += 1),
        ("the group's fees", |group| group.fees += 1),
        ("the insurance's fees", |group| group.insurance += 1),
    ];
    for (what, edit) in groups {
        let mut play = scene(&stage);
        compared(&play).expect("all is told");
        tamper(&mut play, &stage.cast.group(), edit);
        found(compared(&play), HISTORY, what);
    }
    type PlantedInMarket = (&'static str, fn(&mut Market));
    let markets: [PlantedInMarket; 3] = [
        ("the group's fees", |market| market.waiting.fees += 1),
        ("the insurance's fees", |market| market.waiting.insurance += 1),
        ("the venue's fees", |market| market.waiting.venues[0].amount += 1),
    ];
    for (what, edit) in markets {
        let mut play = scene(&stage);
        tamper(&mut play, &stage.cast.places.markets[0], edit);
        found(compared(&play), HISTORY, what);
    }
    let mut play = scene(&stage);
    tamper_tokens(&mut play, &stage.cast.places.vaults[0], -1);
    found(compared(&play), HISTORY, "tokens of the vault");
}

#[test]
fn a_reader_that_writes_is_found() {
    let stage = Stage::with_rescues(Arch::V3);
    let (cast, seat) = (&stage.cast, stage.cast.seats[2].account);
    let look = |before: &State, play: &Play| unwritten(before, &play.state, "block_trade", play.cast);
    let mut play = scene(&stage);
    let before = tamper::<Group>(&mut play, &cast.group(), |group| group.interest_at += 1);
    found(look(&before, &play), FORMS, &cast.group().to_string());
    let before = tamper::<Venue>(&mut play, &cast.places.venue, |venue| venue.fees += 1);
    found(look(&before, &play), FORMS, &cast.places.venue.to_string());
    let before = tamper::<Fund>(&mut play, &cast.places.fund, |fund| fund.assets += 1);
    found(look(&before, &play), FORMS, &cast.places.fund.to_string());
    let before = tamper::<MarginAccount>(&mut play, &seat, |account| account.counted += 1);
    found(look(&before, &play), FORMS, "counted of seat 2");
    let next = |account: &mut MarginAccount| {
        account.cash_index = Fixed64::from_bits(account.cash_index.to_bits() + 1)
    };
    let before = tamper::<MarginAccount>(&mut play, &seat, next);
    found(look(&before, &play), FORMS, "counted of seat 2");
    // What is not counted is what such an instruction may change.
    let before = tamper::<MarginAccount>(&mut play, &seat, |account| plant_cash(account, 1));
    look(&before, &play).expect("that is what it is for");
}

#[test]
fn a_writer_that_does_not_count_is_found() {
    let stage = Stage::new(Arch::V3);
    let mut play = scene(&stage);
    let flows = play.history.flows.clone();
    for seat in [2, 5] {
        play.count(seat).expect("everything holds");
    }
    counted(&play.state, "block_trade", &flows).expect("all is counted");
    tamper::<MarginAccount>(&mut play, &stage.cast.seats[5].account, |account| plant_cash(account, -1));
    found(counted(&play.state, "block_trade", &flows), FORMS, "not all is counted of seat 5");
}

#[test]
fn much_that_is_not_counted_is_found() {
    let stage = Stage::new(Arch::V3);
    let seat = stage.cast.seats[2].account;
    // An eighth of 801 is 100, and a unit of more.
    for (worth, beside, fits) in [
        (801, 100, true),
        (801, 101, false),
        (801, -100, true),
        (801, -101, false),
        (-801, 100, true),
        (-801, 101, false),
        (-801, -1, false),
        (7, 1, false),
        (8, 1, true),
        (0, 1, false),
        (0, -1, false),
    ] {
        let mut play = scene(&stage);
        tamper::<MarginAccount>(&mut play, &seat, |account| {
            (account.cash, account.uncounted) = (worth + beside, beside);
        });
        let checked = near(&play.state);
        if fits {
            checked.unwrap_or_else(|broken| panic!("{broken:?}"));
            continue;
        }
        found(checked, FORMS, "seat 2 has");
        // Whoever is under liquidation is exempt.
        tamper::<MarginAccount>(&mut play, &seat, |account| account.liquidation_since = 1);
        near(&play.state).expect("it is exempt");
    }
}

#[test]
fn forms_that_differ_are_found() {
    let stage = Stage::new(Arch::V3);
    let cast = &stage.cast;
    let seat = cast.seats[2].account;
    let compared = |before: &State, play: &Play| agree(before, &play.state, "block_trade");
    let mut play = scene(&stage);
    // Counted or not, it is the same cash; waiting or not, the same fees.
    let before = tamper::<MarginAccount>(&mut play, &seat, |account| {
        (account.counted, account.uncounted) = (account.counted - 5, account.uncounted + 5);
    });
    compared(&before, &play).expect("it is the same");
    let before = tamper::<Group>(&mut play, &cast.group(), |group| group.fees += 5);
    found(compared(&before, &play), FORMS, "about fees");
    let now = tamper::<Market>(&mut play, &cast.places.markets[1], |market| market.waiting.fees += 5);
    found(compared(&before, &play), FORMS, "about fees");
    tamper::<Group>(&mut play, &cast.group(), |group| group.fees -= 5);
    compared(&now, &play).expect("it is the same");
    let before = tamper::<MarginAccount>(&mut play, &seat, |account| plant_cash(account, 1));
    found(compared(&before, &play), FORMS, "about seat 2");
    let before = tamper::<Market>(&mut play, &cast.places.markets[1], |market| market.pool += 1);
    found(compared(&before, &play), FORMS, "about a market");
    let before = tamper::<Venue>(&mut play, &cast.places.venue, |venue| venue.fees += 1);
    found(compared(&before, &play), FORMS, "about fees");
    let before = tamper_tokens(&mut play, &cast.places.vaults[0], 1);
    found(compared(&before, &play), FORMS, "about fees");
    let before = tamper::<OrderRecord>(&mut play, &cast.places.records[2], |record| record.watermark += 1);
    found(compared(&before, &play), FORMS, "about a record");
    // A release waits only where much is not counted.
    for (beside, waits) in [(1, true), (9, false)] {
        tamper::<MarginAccount>(&mut play, &seat, |account| {
            (account.liquidation_since, account.uncounted) = (1, account.cash / beside);
        });
        let before = tamper::<MarginAccount>(&mut play, &seat, |account| account.liquidation_since = 0);
        match waits {
            true => compared(&before, &play).expect("it waits"),
            false => found(compared(&before, &play), FORMS, "about seat 2"),
        }
    }
}

#[test]
fn what_is_left_at_the_end_is_found() {
    let stage = Stage::new(Arch::V3);
    let (cast, seat) = (&stage.cast, stage.cast.seats[2].account);
    let home = || {
        let mut play = scene(&stage);
        play.go_home().unwrap_or_else(|broken| panic!("{broken:?}"));
        play
    };
    let mut play = home();
    tamper::<MarginAccount>(&mut play, &seat, |account| account.uncounted += 1);
    found(left(&play.state), HOME, "uncounted of seat 2");
    let mut play = home();
    tamper::<MarginAccount>(&mut play, &seat, |account| account.counted -= 1);
    found(left(&play.state), HOME, "counted of seat 2");
    let mut play = home();
    tamper::<Market>(&mut play, &cast.places.markets[0], |market| market.waiting.insurance += 1);
    found(left(&play.state), HOME, "wait in markets");
    type Planted = (&'static str, fn(&mut Group));
    let groups: [Planted; 5] = [
        ("fees", |group| group.insurance += 1),
        ("group.uncounted", |group| group.uncounted += 1),
        ("group.cash", |group| group.cash += 1),
        ("tokens of the vault", |group| group.interest += 1),
        ("fees", |group| group.venue_fees += 1),
    ];
    for (what, edit) in groups {
        let mut play = home();
        tamper(&mut play, &cast.group(), edit);
        found(left(&play.state), HOME, what);
    }
    let mut play = home();
    tamper_tokens(&mut play, &cast.places.vaults[0], -1);
    found(left(&play.state), HOME, "tokens of the vault");
}
