//! How much may stand beside counted cash when a rescue begins, changes hands and ends: each limit from both sides, to the
//! unit.

use crate::{
    stage::{done, price, refused, usd, COIN},
    tally::{beside, capped, is_over, plant_beside, put_back, quiet_exchange, refreshing, take_as},
    uncounted::long,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{AccountError, MarginAccount},
    seeds,
};
use ballast_testkit::{limit, Exchange, Form, World, BTC};

ballast_testkit::on_every_svm!(
    a_rescue_begins_within_an_eighth,
    a_lender_under_liquidation_has_half_to_the_unit,
    a_taker_ends_within_an_eighth,
    the_end_of_what_may_stand_beside_to_the_unit,
    a_debtor_gets_an_eighth_more_and_pays_nothing,
);

/// Tries something with so much beside an account's counted cash, and then puts back what was there.
fn with_beside(
    world: &mut World,
    exchange: &Exchange,
    account: &Pubkey,
    beside: i64,
    attempt: impl FnOnce(&mut World),
) {
    let market = seeds::find_market(&exchange.group(), BTC).0;
    let places = [*account, market, seeds::find_auction(account).0];
    let kept = places.map(|key| world.svm.account(&key));
    plant_beside(world, account, beside);
    attempt(world);
    for (key, kept) in places.into_iter().zip(kept) {
        world.svm.set_account(&key, kept.unwrap_or_default());
    }
}

fn a_rescue_begins_within_an_eighth(world: &mut World) {
    // By 8 that is 2 500 000 000.125, rounded down.
    let (exchange, [lara, ..]) = long(world, 20_000_000_001);
    price(world, &exchange, 80_000);
    for beside in [-2_500_000_001, 2_500_000_001] {
        with_beside(world, &exchange, &lara.account, beside, |world| {
            refused(world.begin_as(Form::Read, &exchange, &lara.account), AccountError::CashUncounted);
            assert!(!world.is_latched(&lara.account));
        });
    }
    for beside in [-2_500_000_000, 2_500_000_000] {
        with_beside(world, &exchange, &lara.account, beside, |world| {
            done(world.begin_as(Form::Read, &exchange, &lara.account));
            assert!(world.is_latched(&lara.account));
        });
    }
}

fn a_lender_under_liquidation_has_half_to_the_unit(world: &mut World) {
    // By 2 that is 10 000 000 000.5, rounded down.
    let (exchange, [lara, ..]) = long(world, 20_000_000_001);
    price(world, &exchange, 80_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    for (beside_it, may) in [
        (-10_000_000_000, true),
        (-10_000_000_001, false),
        (-20_000_000_001, false),
        (-20_000_000_002, false),
        // Gains have no limit.
        (usd(1_000_000), true),
    ] {
        for form in [Form::Read, Form::Written] {
            put_back(world, &exchange, &[&lara.account], |world| {
                plant_beside(world, &lara.account, beside_it);
                let refresh = refreshing(world, &exchange, &lara.account);
                let sent = world.svm.send(&[limit(), form.of(refresh)], &[]);
                match (form, may) {
                    (Form::Read, false) => refused(sent, AccountError::CashUncounted),
                    (Form::Read, true) => {
                        done(sent);
                        assert_eq!(beside(world, &lara.account), (20_000_000_001, beside_it));
                    }
                    (Form::Written, _) => {
                        done(sent);
                        assert_eq!(beside(world, &lara.account), (20_000_000_001 + beside_it, 0));
                    }
                }
            });
        }
    }
}

fn a_taker_ends_within_an_eighth(world: &mut World) {
    let (exchange, [lara, _, kim]) = long(world, usd(20_000));
    price(world, &exchange, 86_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    let market = seeds::find_market(&exchange.group(), BTC).0;
    let all = [lara.account, kim.account, market, seeds::find_auction(&lara.account).0];
    let kept = all.map(|key| world.svm.account(&key).expect("it is there"));
    // What Kim is paid for ten lots, by the same auction in the same second.
    done(take_as(Form::Read, world, &exchange, &lara, &kim, 10));
    let (_, paid) = beside(world, &kim.account);
    assert!(paid > 0);
    // An eighth of 500 000 dollars, less that.
    let most = usd(62_500) - paid;
    for (had, fits) in [(most + 1, false), (most, true)] {
        for (key, kept) in all.iter().zip(&kept) {
            world.svm.set_account(key, kept.clone());
        }
        plant_beside(world, &kim.account, had);
        let sent = take_as(Form::Read, world, &exchange, &lara, &kim, 10);
        if fits {
            done(sent);
            assert_eq!(beside(world, &kim.account), (usd(500_000), usd(62_500)));
        } else {
            refused(sent, AccountError::CashUncounted);
            assert_eq!(beside(world, &kim.account), (usd(500_000), had));
        }
    }
}

/// What an account under liquidation must have beside its counted cash to be released, or not.
#[track_caller]
fn released(world: &mut World, exchange: &Exchange, account: &Pubkey, beside: i64, free: bool) {
    with_beside(world, exchange, account, beside, |world| {
        let sent = world.end_rescue_as(Form::Read, exchange, account);
        if free {
            done(sent);
            assert!(is_over(world, account));
        } else {
            refused(sent, AccountError::CashUncounted);
            assert!(world.is_latched(account));
        }
    });
    assert!(world.is_latched(account));
}

fn the_end_of_what_may_stand_beside_to_the_unit(world: &mut World) {
    // By 8 that is 3 750 000 000.875, rounded down.
    let (exchange, [lara, ..]) = long(world, 30_000_000_007);
    price(world, &exchange, 74_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    world.svm.pass(60);
    price(world, &exchange, 95_000);
    for (beside, free) in [
        (0, true),
        (-3_750_000_000, true),
        (-3_750_000_001, false),
        (3_750_000_000, true),
        (3_750_000_001, false),
    ] {
        released(world, &exchange, &lara.account, beside, free);
    }
}

fn a_debtor_gets_an_eighth_more_and_pays_nothing(world: &mut World) {
    let exchange = quiet_exchange(world, &[], &capped(usd(10_000)));
    let [eve, _kim] =
        [("eve", 0), ("kim", 500_000)].map(|(name, dollars)| world.trader(&exchange, name, usd(dollars)));
    world.deposit_token(&exchange, &eve, 1, COIN);
    done(world.withdraw_cash(&exchange, &eve, 70_000_000_009));
    world.svm.pass(60);
    price(world, &exchange, 80_000);
    done(world.begin_as(Form::Read, &exchange, &eve.account));
    world.svm.pass(60);
    price(world, &exchange, 95_000);
    // 70 000 000 009 by 8 is 8 750 000 001.125.
    for (beside, free) in [(0, true), (-1, false), (8_750_000_001, true), (8_750_000_002, false)] {
        released(world, &exchange, &eve.account, beside, free);
    }
    world.step("Beside nothing, nothing may stand");
    let kept = world.margin_account(&eve.account);
    let nothing = MarginAccount { counted: 0, uncounted: 0, cash: 0, ..kept };
    world.overwrite(&eve.account, &nothing);
    for (beside, free) in [(0, true), (1, false), (-1, false)] {
        released(world, &exchange, &eve.account, beside, free);
    }
    world.overwrite(&eve.account, &kept);
}
