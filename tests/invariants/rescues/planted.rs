//! Planted bugs: every check of a rescue finds what it is about.

use crate::{
    books::hold,
    planted::{found, scene, tamper, tamper_tokens},
    rescues::{
        alive::{Trial, ALIVE},
        checks::{judge, Done, Pair, RESCUE, UNIT},
        dealing::{self, DEALING},
        deeds::Deed,
        insurance::{money, FUND},
    },
    stage::Stage,
};
use anchor_lang::{prelude::Pubkey, Event};
use ballast_audit::names;
use ballast_interface::{
    account::MarginAccount,
    liquidation::{Fund, LiquidateArgs, Liquidated, RescueBegan, Stake},
    risk::{Assessment, QuoteLeg},
    Wide,
};
use ballast_testkit::{Arch, DOLLAR};

#[test]
fn money_of_the_fund_that_nobody_brought_is_found() {
    let stage = Stage::with_rescues(Arch::V3);
    let places = &stage.cast.places;
    let mut play = scene(&stage);
    let before = tamper_tokens(&mut play, &places.fund_vault, 1);
    found(hold(&play.state), names::FUND, "the fund's vault");
    let mut staked = play.staked;
    found(money(&before, &play.state, "deposit", &mut staked, play.cast), FUND, "all dollars");
    type Planted = (&'static str, fn(&mut Fund));
    let funds: [Planted; 2] =
        [("what the fund owns", |fund| fund.earned += 1), ("what the fund owns", |fund| fund.paid += 1)];
    for (what, edit) in funds {
        let mut play = scene(&stage);
        let mut staked = play.staked;
        let before = tamper::<Fund>(&mut play, &places.fund, edit);
        found(money(&before, &play.state, "deposit", &mut staked, play.cast), FUND, what);
    }
    let mut play = scene(&stage);
    tamper::<Fund>(&mut play, &places.fund, |fund| fund.shares -= 1_000_001);
    found(hold(&play.state), names::STAKES, "stakers have");
    // More shares of nobody: everybody's are worth less.
    let mut play = scene(&stage);
    let mut staked = play.staked;
    let before = tamper::<Fund>(&mut play, &places.fund, |fund| fund.shares *= 2);
    found(money(&before, &play.state, "stake", &mut staked, play.cast), FUND, "had");
    let mut play = scene(&stage);
    tamper::<Stake>(&mut play, &places.stakes[3], |stake| stake.shares += 1_000_001);
    found(hold(&play.state), names::STAKES, "stakers have");
    let mut play = scene(&stage);
    let edit = |account: &mut MarginAccount| account.liquidation_since = 1;
    tamper::<MarginAccount>(&mut play, &stage.cast.seats[2].account, edit);
    found(hold(&play.state), names::AUCTIONS, "has no auction");
}

/// A report in dollars.
fn report(value: i64, maintenance: i64, initial: i64) -> Assessment {
    let wide = |dollars: i64| Wide::new(i128::from(dollars) * i128::from(DOLLAR) * UNIT);
    Assessment {
        value: wide(value),
        maintenance: wide(maintenance),
        initial: wide(initial),
        health: wide(value - maintenance),
        room: wide(value - initial),
        ..Assessment::default()
    }
}

#[test]
fn rescues_that_take_too_much_are_found() {
    let taker = Pair { was: report(100_000, 0, 0), is: report(100_020, 1_000, 2_000) };
    let told = Liquidated {
        group: Pubkey::default(),
        margin_account: Pubkey::default(),
        taker: Pubkey::default(),
        units: 1,
        // A hundredth, with which an auction begins.
        discount: ((1i64 << 40) + 50) / 100,
        risk: 2_000 * i128::from(DOLLAR) * UNIT,
        paid: 20 * DOLLAR,
        to_order: 0,
        insurance: 40 * DOLLAR as u64,
        health_before: 0,
        health_after: 0,
        restores: true,
        forced: false,
    };
    let args = LiquidateArgs { legs: vec![QuoteLeg { leg: 0, lots: 1 }], units: 1, least_pay: 0 };
    let take = Deed::Liquidate { to: 2, args };
    let account = Pair { was: report(900, 1_000, 1_500), is: report(840, 500, 750) };
    let check = |account: Pair, taker: Pair, told: &Liquidated, released: bool| {
        let heard = [told.data()];
        let (deed, others, seconds, waits, unpaid, lots) = (&take, vec![taker], 0, false, 0, 1);
        judge(&Done { deed, account, others, seconds, released, waits, unpaid, heard: &heard, lots })
    };
    check(account, taker, &told, true).expect("all is well");
    let lower = Pair { is: report(300, 500, 750), ..account };
    found(check(lower, taker, &told, false), RESCUE, "health has not risen");
    let below = Pair { is: report(600, 500, 750), ..account };
    found(check(below, taker, &told, true), RESCUE, "released below the target");
    found(check(account, taker, &told, false), RESCUE, "not released");
    // While its cash is not counted, a release waits.
    let (heard, others) = ([told.data()], vec![taker]);
    let (deed, seconds, released, waits, unpaid, lots) = (&take, 0, false, true, 0, 1);
    judge(&Done { deed, account, others, seconds, released, waits, unpaid, heard: &heard, lots })
        .expect("whoever ends it counts it");
    let dear = Liquidated { paid: 20 * DOLLAR + 2, ..told.clone() };
    found(check(account, taker, &dear, true), RESCUE, "too much was paid");
    let dear = Liquidated { insurance: 40 * DOLLAR as u64 + 2, ..told.clone() };
    found(check(account, taker, &dear, true), RESCUE, "too much was paid");
    let robbed = Pair { is: report(830, 500, 750), ..account };
    found(check(robbed, taker, &told, true), RESCUE, "more was lost than was paid");
    let made = Pair { is: report(100_021, 1_000, 2_000), ..taker };
    found(check(account, made, &told, true), RESCUE, "value appeared");
    let short = Pair { is: report(100_020, 1_000, 200_000), ..taker };
    found(check(account, short, &told, true), RESCUE, "lacks initial margin");

    let begin = Deed::Begin { by: 0 };
    let begun = RescueBegan {
        group: Pubkey::default(),
        margin_account: Pubkey::default(),
        beginner: Pubkey::default(),
        value: 1_000 * i128::from(DOLLAR) * UNIT,
        maintenance: 1_000 * i128::from(DOLLAR) * UNIT,
    };
    let healthy = report(1_000, 1_000, 1_500);
    let account = Pair { was: healthy, is: healthy };
    let heard = [begun.data()];
    let done = Done {
        deed: &begin,
        account,
        others: vec![],
        seconds: 0,
        released: false,
        waits: false,
        unpaid: 0,
        heard: &heard,
        lots: 0,
    };
    found(judge(&done), RESCUE, "begun above maintenance");
}

#[test]
fn a_gain_by_dealing_with_oneself_is_found() {
    dealing::judge(1_000, 1_000, 5, &[]).expect("nothing is gained");
    found(dealing::judge(1_000, 1_000 + 91 * 10_000, 5, &[]), DEALING, "gained");
}

#[test]
fn a_rescue_that_cannot_go_on_is_found() {
    let stage = Stage::with_rescues(Arch::V3);
    let mut play = scene(&stage);
    // Under liquidation without an auction: nobody can help.
    tamper::<MarginAccount>(&mut play, &stage.cast.seats[5].account, |account| {
        account.liquidation_since = 1;
    });
    let mut trial = Trial::new(&play, 5).expect("somebody has money");
    assert!(trial.goes_on() && !trial.step());
    assert_eq!(trial.dead().name, ALIVE);
}
