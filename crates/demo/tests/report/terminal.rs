//! The terminal's table is narrow and names the facts.

use crate::fixture::{compared, record};
use ballast_demo::{
    record::{Mark, Rescue},
    report::terminal,
};

/// Words of a text, whatever lines they are on.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn lines_fit_and_have_no_control_signs() {
    let mut long = compared();
    long.units[0].instruction = "liquidation.".to_owned() + &"long_".repeat(9);
    long.units[0].most = 1_399_999;
    long.steps[0].insurance = 987_654_321_012_345;
    for text in [terminal(&record()), terminal(&long)] {
        for line in text.lines() {
            assert!(line.chars().count() < 80, "{line}");
            assert!(!line.chars().any(char::is_control), "{line}");
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn names_the_facts() {
    let text = words(&terminal(&record()));
    for fact in [
        "seed 7, bitcoin falls by 25 %, 2 steps",
        "2 traders, 1 keepers",
        "4,321, of which 12 refused",
        "1 of 2 accounts, in 3 steps: 1 begin, 1 end, 1 take",
        "$21 to keepers, $8 to insurance, for $7,654 closed; $100 over the whole day",
        "$500,000 -> $512,345",
        "$0 at the last step, $0 at most at any step",
        "$0 paid by insurance, $0 cut from claims, $0 shared by lenders",
        // Over the one step that has both.
        "$4,000 as portfolios, $10,000 isolated: 60.0 % less",
        "2 checks, 1,234 times each; residual 0 outside roundings",
        "liquidation.liquidate 978,460, account.settle_fills 323,186, account.deposit 15,536 compute units",
        // Of five fills and of three takings; a fill and two takings had to write the group after all.
        "Group left unwritten 4 of 5 trades and 1 of 3 rescues' steps; 3 were sent again with it written",
        "residual 0; 17 positions still open",
    ] {
        assert!(text.contains(fact), "{fact} is not in {text}");
    }
    assert!(!text.contains("refresh_price"), "only three instructions");
    assert!(!text.contains("Regime"));
}

#[test]
fn a_wick_is_told_by_its_depth() {
    let mut record = record();
    record.marks.push(Mark { time: record.steps[1].time, kind: "wick", what: "A wick.".into() });
    record.steps[1].markets[0].price = 64_000_000_000;
    let text = words(&terminal(&record));
    assert!(text.contains("bitcoin falls by 25 %, and by 36 % for a minute, 2 steps"), "{text}");
}

#[test]
fn shows_regimes_beside_each_other() {
    let text = words(&terminal(&compared()));
    for row in [
        "isolated margin Ballast",
        "full liquidation",
        "(computed) (played)",
        "Margin locked, peak $12.0M $12.0M",
        "Margin locked, mean $11.5M $11.5M",
        "Money brought beside $5.5M $0",
        "Accounts liquidated 41 41",
        "Liquidation steps 55 55",
        "Notional sold $61.0M $61.0M",
        "Liquidation fees $1.9M $1.9M",
        "Set back by it $1.2M $1.2M",
        "Spared by it $300.0k $300.0k",
        "Loss of the liquidated $7.2M $7.2M",
        "Paid by insurance $2.0k $2.0k",
        "Bad debt $84.0k $84.0k",
    ] {
        assert!(text.contains(row), "{row} is not in {text}");
    }
}

#[test]
fn a_residual_is_not_hidden() {
    let mut worst = record();
    worst.checks[0].worst = 5;
    assert!(words(&terminal(&worst)).contains("residual 5 outside roundings (1 tokens)"));

    // A small residual in the forbidden direction, behind a larger one that is allowed.
    let mut behind = record();
    behind.steps[1].residuals[1] = 2;
    assert!(words(&terminal(&behind)).contains("residual 2 outside roundings (2 roundings)"));

    let mut close = record();
    close.close.residual = -1_000;
    assert!(words(&terminal(&close)).contains("residual -1,000;"));
}

#[test]
fn a_small_debt_is_not_rounded_away() {
    let mut record = record();
    record.steps[1].bad_debt = 3;
    assert!(words(&terminal(&record)).contains("$0.000003 at the last step"));
}

#[test]
fn what_others_bore_is_told() {
    let mut record = record();
    for (hop, borne) in [("insurance", 5), ("cut", 7), ("share", 11), ("insurance", 30)] {
        let step = Rescue { hop, borne: borne * 1_000_000, ..record.rescues[0].clone() };
        record.rescues.push(step);
    }
    let text = words(&terminal(&record));
    assert!(text.contains("$35 paid by insurance, $7 cut from claims, $11 shared by lenders"), "{text}");
}

#[test]
fn an_empty_day_is_told() {
    let mut empty = record();
    (empty.steps, empty.rescues, empty.checks, empty.units) = (vec![], vec![], vec![], vec![]);
    let text = words(&terminal(&empty));
    assert!(text.contains("0 of 2 accounts, in 0 steps"), "{text}");
    assert!(text.contains("isolated margin was not computed"), "{text}");
}
