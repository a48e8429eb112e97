//! A lender under liquidation falls no further than to half of what is counted of his cash before it is counted again: others'
//! losses are charged by what is counted, and so nobody bears more than twice his part by what he has left.

use crate::{
    stage::{cash, done, perp, price, refused, unpaid, usd},
    tally::{
        audited, beside, capped, declined, is_over, put_back, quiet_exchange, refresh, refreshing, shared,
        take_as, take_counted, trade,
    },
    uncounted::Options,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::AccountError, liquidation::LiquidationError as No};
use ballast_testkit::{limit, Exchange, Failure, Form, Outcome, World, BTC};

ballast_testkit::on_every_svm!(
    a_lender_falls_to_half_and_a_debtor_without_limit,
    a_shared_loss_takes_twice_the_part_of_what_is_left_at_most,
    what_another_bankrupt_has_no_more_bears_nothing,
);

/// What somebody has is what is fair, or less by no more than so many units.
#[track_caller]
fn within(has: i64, fair: i64, most: i64) {
    assert!((0..=most).contains(&(fair - has)), "{has} for {fair}");
}

fn a_lender_falls_to_half_and_a_debtor_without_limit(world: &mut World) {
    let options = Options::new(world, usd(10_000));
    let (exchange, ann) = (&options.exchange, &options.ann.account);
    let uncounted = Err(u32::from(AccountError::CashUncounted));
    world.step("A put costs 500 dollars: 21 cost 10 500, within half of Ann's 21 200, and 22 cost 11 000");
    let before = shared(world, exchange);
    for lots in [40, 22] {
        assert_eq!(options.take(world, Form::Read, &options.kim, lots), uncounted);
    }
    let first = options.take(world, Form::Read, &options.kim, 21).expect("within a half");
    assert_eq!(beside(world, ann), (usd(21_200), -first));
    for taker in [&options.kim, &options.kay] {
        assert_eq!(options.take(world, Form::Read, taker, 1), uncounted);
    }
    assert!(shared(world, exchange) == before);
    options.audited(world);

    world.step("Where the group is written, 25 more are taken: Ann owes 1 800, and that is counted");
    let second = options.take(world, Form::Written, &options.kim, 25).expect("counted");
    let counted = usd(21_200) - first - second;
    assert!((usd(-1_800)..=usd(-1_800) + 2).contains(&counted), "{counted}");
    assert_eq!(beside(world, ann), (counted, 0));
    world.step("A debtor lends nothing by which others' losses are charged: the rest needs no counting");
    let before = shared(world, exchange);
    let kims = options.take(world, Form::Read, &options.kim, 14).expect("within an eighth");
    let kays = options.take(world, Form::Read, &options.kay, 40).expect("within an eighth");
    assert!(shared(world, exchange) == before);
    assert_eq!(beside(world, ann), (counted, -(kims + kays)));
    let debt = kims + kays - counted;
    assert!((usd(28_800) - 4..=usd(28_800)).contains(&debt), "{debt}");
    options.audited(world);

    world.step("The insurance pays its 10 000; on the way Ann is counted");
    done(world.resolve_bankruptcy(exchange, ann));
    assert_eq!(beside(world, ann), (usd(10_000) - debt, 0));
    assert_eq!(world.insurance(exchange).assets, usd(40_000) as u64);
    options.audited(world);
    world.step("There are no claims to cut");
    declined(world.resolve_bankruptcy(exchange, ann), No::HopEarly);
    world.svm.pass(300);
    done(world.resolve_bankruptcy(exchange, ann));
    assert_eq!(beside(world, ann), (usd(10_000) - debt, 0));
    options.audited(world);
    world.step("All that is counted of the others' cash, 921 800 dollars, bears the rest");
    world.svm.pass(300);
    done(world.resolve_bankruptcy(exchange, ann));
    assert!(is_over(world, ann) && world.margin_account(ann).is_empty());
    assert_eq!(beside(world, ann), (0, 0));
    options.audited(world);
    price(world, exchange, 40_000);
    refresh(world, exchange, &options.all);
    let loss = i128::from(debt - usd(10_000));
    // Ben, Kim, Kay and Sue; what Kim and Kay were paid where the group was read bears nothing.
    let kim = usd(300_000) + first + second;
    let had = [(usd(198_800), 0), (kim, kims), (usd(300_000), kays), (usd(100_000), 0)];
    let lent: i128 = had.iter().map(|(counted, _)| i128::from(*counted)).sum();
    for ((counted, paid), account) in had.into_iter().zip(&options.all[1..]) {
        let fair = (i128::from(counted) * (lent - loss)).div_euclid(lent) as i64 + paid;
        within(cash(world, [account])[0], fair, 1);
    }
    options.audited(world);
}

/// Lets one account follow what has happened, in either form.
fn follow(form: Form, world: &mut World, exchange: &Exchange, account: &Pubkey) -> Result<Outcome, Failure> {
    let refresh = refreshing(world, exchange, account);
    world.svm.send(&[limit(), form.of(refresh)], &[])
}

/// Lara owes 14 000 dollars, a twentieth of what Ann, Wes, Kim and Otto lend: 20 000, 60 000, and 100 000 each. Before they
/// bear that, Ann loses what a taking may that leaves the group unwritten: half of hers.
fn a_shared_loss_takes_twice_the_part_of_what_is_left_at_most(world: &mut World) {
    let exchange = quiet_exchange(world, &[], &capped(usd(10_000)));
    let [lara, ann, wes, kim, otto] =
        [("lara", 20_000), ("ann", 20_000), ("wes", 60_000), ("kim", 100_000), ("otto", 100_000)]
            .map(|(name, dollars)| world.trader(&exchange, name, usd(dollars)));
    let all = [&lara, &ann, &wes, &kim, &otto].map(|trader| trader.account);
    trade(world, &exchange, &lara, &wes, perp(100, usd(950)));
    world.svm.pass(60);
    price(world, &exchange, 61_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    take_counted(world, &exchange, &lara, &kim, 100);
    assert_eq!((beside(world, &lara.account), unpaid(world, [&lara.account])), ((0, 0), [usd(-14_000)]));
    world.step("There is no insurance, and there are no claims");
    done(world.resolve_bankruptcy(&exchange, &lara.account));
    world.svm.pass(300);
    done(world.resolve_bankruptcy(&exchange, &lara.account));
    assert_eq!(unpaid(world, [&lara.account]), [usd(-14_000)]);

    world.step("Ann buys 150 lots at 61 000, each of which loses 110 dollars at 50 000");
    price(world, &exchange, 61_000);
    trade(world, &exchange, &ann, &otto, perp(150, usd(610)));
    world.svm.pass(300);
    price(world, &exchange, 50_000);
    done(world.begin_as(Form::Read, &exchange, &ann.account));
    let before = shared(world, &exchange);
    done(take_as(Form::Read, world, &exchange, &ann, &kim, 80));
    // 90 lots lose 9 900 dollars, beside what Kim and the insurance are paid; 91 would lose 10 010.
    let mut taken = 80;
    let refusal = loop {
        match take_as(Form::Read, world, &exchange, &ann, &kim, 1) {
            Ok(_) => taken += 1,
            Err(failure) => break failure,
        }
        assert!(taken < 91);
    };
    assert_eq!(refusal.code(), Some(AccountError::CashUncounted.into()), "{refusal:#?}");
    assert!(shared(world, &exchange) == before);
    let (counted, less) = beside(world, &ann.account);
    assert!(counted == usd(20_000) && (usd(-10_000)..=taken * usd(-110)).contains(&less), "{taken}: {less}");
    // Another lot is one too many: it would leave her less than half.
    let left = put_back(world, &exchange, &[&ann.account, &kim.account], |world| {
        done(take_as(Form::Written, world, &exchange, &ann, &kim, 1));
        cash(world, [&ann.account])[0]
    });
    assert!(left < usd(10_000), "{left}");
    audited(world, &exchange, &all, &[]);

    world.step(
        "Lenders of 280 000 dollars bear 14 000: Ann 1 000, and not the 500 that are the part of her 10 000",
    );
    let had = cash(world, [&ann.account, &kim.account]);
    let (_, kims) = beside(world, &kim.account);
    done(world.resolve_bankruptcy(&exchange, &lara.account));
    assert!(is_over(world, &lara.account));
    audited(world, &exchange, &all, &[]);
    world.step(
        "Of 19 000 she has less than half then: whoever reads the group is refused until she is counted",
    );
    assert!(less < usd(-9_500));
    price(world, &exchange, 50_000);
    refused(follow(Form::Read, world, &exchange, &ann.account), AccountError::CashUncounted);
    put_back(world, &exchange, &[&ann.account, &kim.account], |world| {
        take_counted(world, &exchange, &ann, &kim, 1);
        assert_eq!(beside(world, &ann.account).1, 0);
    });
    price(world, &exchange, 50_000);
    for account in &all {
        done(follow(Form::Written, world, &exchange, account));
    }
    let [anns, wess, hers, ottos] = cash(world, [&ann.account, &wes.account, &kim.account, &otto.account]);
    within(anns, usd(19_000) + less, 1);
    within(wess, usd(57_000), 1);
    within(ottos, usd(95_000), 1);
    within(hers, usd(95_000) + kims, 1);
    assert_eq!(beside(world, &ann.account), (anns, 0));
    // A twentieth of what she had left is her part, and twice that is what she has borne at most, to the unit of rounding.
    let part = had[0] / 20;
    assert!((usd(500)..usd(550)).contains(&part) && had[0] - anns <= 2 * part + 1, "{part}");
    // What Kim was paid bears nothing.
    within(had[1] - hers, usd(5_000) + 1, 1);
    world.step("Ann could pay all that she owed before, and can");
    assert!(world.assess(&exchange.risk, &ann.account, &[BTC]).value.get() > 0);
    assert!(world.is_latched(&ann.account));
    audited(world, &exchange, &all, &[]);
}

/// Lara and Lena are both ruined, and both have been counted when Lara's loss is shared.
fn what_another_bankrupt_has_no_more_bears_nothing(world: &mut World) {
    let exchange = quiet_exchange(world, &[], &capped(usd(10_000)));
    let [lara, lena, wes, kim] = [("lara", 20_000), ("lena", 20_000), ("wes", 480_000), ("kim", 500_000)]
        .map(|(name, dollars)| world.trader(&exchange, name, usd(dollars)));
    let losers = [&lara, &lena].map(|trader| trader.account);
    let all = [&lara, &lena, &wes, &kim].map(|trader| trader.account);
    for loser in [&lara, &lena] {
        trade(world, &exchange, loser, &wes, perp(100, usd(950)));
    }
    world.svm.pass(60);
    price(world, &exchange, 70_000);
    for loser in [&lara, &lena] {
        done(world.begin_as(Form::Read, &exchange, &loser.account));
        take_counted(world, &exchange, loser, &kim, 100);
        assert_eq!(beside(world, &loser.account), (0, 0));
    }
    let owed = |world: &mut World| losers.map(|key| world.margin_account(&key).owed());
    assert_eq!(owed(world), [usd(5_000) as u64; 2]);
    // Of 980 000 dollars, 48 and 50 parts of 98, 5 000 are lost each time: 477 551 020 408.16 and 497 448 979 591.84 of
    // 975 000, then 475 102 040 816.33 and 494 897 959 183.67 of 970 000.
    let left = [
        ([477_551_020_408, 497_448_979_591], [0, usd(5_000) as u64]),
        ([475_102_040_816, 494_897_959_183], [0, 0]),
    ];
    for (turn, (loser, (fair, owing))) in losers.iter().zip(left).enumerate() {
        done(world.resolve_bankruptcy(&exchange, loser));
        for _ in 0..2 {
            world.svm.pass(300);
            price(world, &exchange, 70_000);
            done(world.resolve_bankruptcy(&exchange, loser));
        }
        assert!(is_over(world, loser));
        audited(world, &exchange, &all, &[]);
        price(world, &exchange, 70_000);
        refresh(world, &exchange, &all);
        // The index is rounded down, and so is what each has by it: a unit each time, and another for the first one's.
        for (has, fair) in cash(world, [&wes.account, &kim.account]).into_iter().zip(fair) {
            within(has, fair, 1 + 2 * turn as i64);
        }
        assert_eq!(owed(world), owing);
        assert_eq!(losers.map(|key| beside(world, &key)), [(0, 0); 2]);
        audited(world, &exchange, &all, &[]);
    }
}
