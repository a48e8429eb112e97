//! The three regimes side by side, of a day that a record and a tape tell.

use super::scene::{day, near, trade, DOLLAR, PERP, WHOLE};
use ballast_demo::{
    record::{Close, Options, Person, Record, Rescue, Standing, Step},
    regimes::compare,
    tape::{Bearer, Borne, Taken, Tape},
};
use ballast_interface::liquidation::RescueRules;

/// A sixteenth at first and three sixteenths after a hundred seconds for the liquidator, a sixteenth for the insurance.
fn rules() -> RescueRules {
    RescueRules {
        target: WHOLE / 2,
        discount_start: WHOLE / 16,
        discount_full: 3 * WHOLE / 16,
        insurance: WHOLE / 16,
        auction_seconds: 100,
        ..RescueRules::default()
    }
}

fn standing(equity: i64) -> Standing {
    Standing { equity, initial: 0, maintenance: 0, ladder: vec![] }
}

fn rescue(hop: &'static str, seconds: i64, insurance: i64, (before, after): (i64, i64)) -> Rescue {
    Rescue {
        time: 0,
        person: 0,
        keeper: 2,
        hop,
        what: String::new(),
        seconds,
        discount: 0.0,
        closed: vec![],
        notional: 0,
        pay: 0,
        insurance,
        borne: 0,
        before: standing(before),
        after: standing(after),
    }
}

fn step(time: i64, portfolio: i64) -> Step {
    Step {
        time,
        phase: "crash",
        markets: vec![],
        portfolio,
        isolated: None,
        maintenance: 0,
        equity: 0,
        thin: 0,
        short: 0,
        latched: 0,
        insurance: 20 * DOLLAR,
        bad_debt: 3,
        solvency: None,
        shortfall: 0,
        residuals: vec![],
    }
}

/// One perp account as in `by_hand`: the keeper takes five of ten lots over at 84, forty and sixty seconds after the beginning,
/// and others bear thirty dollars. In the closing there is more of both.
fn told() -> (Record, Tape) {
    let mut tape = day(&[100, 84, 100], &[(250, 0), (1_000, 0), (1_000, 0)]);
    trade(&mut tape, 0, (0, 1), PERP, 10);
    for (lots, paid) in [(-3, 4), (-2, 2)] {
        let mut legs = tape.flow[0].legs.clone();
        (legs[0].lots, legs[0].price) = (lots, 84_000_000);
        let (time, insurance) = (tape.views[1].time, DOLLAR);
        let paid = paid * DOLLAR;
        tape.taken.push(Taken { step: 1, time, person: 0, keeper: 2, legs, tokens: None, paid, insurance });
    }
    for (by, dollars) in [(Bearer::Insurance, 11), (Bearer::Winners, 7), (Bearer::Lenders, 12)] {
        let time = tape.views[1].time;
        tape.borne.push(Borne { step: 1, time, person: 0, by, amount: dollars * DOLLAR });
    }
    let closing = tape.views[2].time + 60;
    tape.taken.push(Taken { step: 2, time: closing, person: 1, ..tape.taken[0].clone() });
    tape.borne.push(Borne { step: 2, time: closing, ..tape.borne[0] });
    let person = |name: &str, kind, brought: i64, took: i64| Person {
        name: name.into(),
        kind,
        account: String::new(),
        brought: brought * DOLLAR,
        took: took * DOLLAR,
        rescues: 0,
    };
    let people = [
        person("long", "taker", 250, 161),
        person("short", "maker", 1_000, 1_000),
        person("keeper 1", "keeper", 1_000, 1_086),
    ];
    let record = Record {
        options: Options { seed: 1, traders: 2, crash: 0.16, compare: true },
        markets: vec![],
        rows: vec![],
        people: people.into(),
        steps: tape
            .views
            .iter()
            .zip([375, 236, 281])
            .map(|(view, sum)| step(view.time, sum * DOLLAR))
            .collect(),
        marks: vec![],
        rescues: vec![
            rescue("begin", 0, 0, (0, 0)),
            rescue("take", 40, DOLLAR, (0, 0)),
            rescue("take", 60, DOLLAR, (0, 0)),
            rescue("insurance", 90, -11, (-30, -19)),
            rescue("cut", 400, 0, (-19, -12)),
            rescue("share", 700, 0, (-12, 0)),
            Rescue { time: closing, ..rescue("take", 5_000, DOLLAR, (0, 0)) },
        ],
        units: vec![],
        checks: vec![],
        close: Close { balance: vec![], residual: 0, positions: 0, transactions: 0, refused: 0 },
        regimes: vec![],
    };
    (record, tape)
}

#[test]
fn three_regimes_stand_side_by_side() {
    let (record, tape) = told();
    let regimes = compare(&record, &tape, &rules()).expect("compared");
    let [alone, sliced, ballast] = &regimes[..] else { panic!("three regimes") };
    assert_eq!([alone.played, sliced.played, ballast.played], [false, false, true]);
    // Fifty seconds: an eighth, as in `by_hand`. Without a liquidation nothing would be lost.
    assert_eq!((alone.fees, alone.loss), (19_687_500, 179_687_500));
    assert_eq!((alone.set_back, alone.spared), (179_687_500, 0));
    assert_eq!((sliced.sold, sliced.set_back, sliced.spared), (336 * DOLLAR, 64 * DOLLAR + sliced.fees, 0));
    // Five lots at 84; six dollars to the keeper, two to the insurance.
    assert_eq!((ballast.accounts, ballast.liquidations), (1, 2));
    assert_eq!((ballast.sold, ballast.fees, ballast.loss), (420 * DOLLAR, 8 * DOLLAR, 58 * DOLLAR));
    // Five lots have lost sixteen each, and others bore thirty: 250 less 192 at the last step, not less 161 after the closing.
    assert_eq!((ballast.set_back, ballast.spared), (58 * DOLLAR, 0));
    // The cut and the share, and what the last step tells.
    assert_eq!((ballast.insured, ballast.bad_debt), (11 * DOLLAR, 19 * DOLLAR + 3));
    assert_eq!((ballast.locked, ballast.peak), (305_500_000, 375 * DOLLAR));
    near(&alone.series, &[375_000_000, 157_500_000, 187_500_000], 2);
}

#[test]
fn the_same_day_is_the_same_twice() {
    let (record, tape) = told();
    let text = || format!("{:?}", compare(&record, &tape, &rules()).expect("compared"));
    assert_eq!(text(), text());
}
