//! The day in a terminal: what matters of it in plain text, below 80 columns.

use crate::record::{Check, Record, Regime, Step, Units};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Columns of a line at most.
const COLUMNS: usize = 79;
/// Columns that names of facts take.
const NAMES: usize = 24;
/// Columns that a regime takes.
const WIDTH: usize = 18;
/// Quote units of a dollar.
const DOLLAR: i64 = 1_000_000;

/// The report as a short table.
pub fn terminal(record: &Record) -> String {
    let mut text = String::new();
    for (name, fact) in facts(record) {
        line(&mut text, name, &fact);
    }
    if !record.regimes.is_empty() {
        text.push('\n');
        regimes(&mut text, &record.regimes);
    }
    text
}

/// A fact, over as many lines as it takes; a word that fits no line is cut.
fn line(text: &mut String, name: &str, fact: &str) {
    let mut row = format!("{name:NAMES$}");
    let mut used = NAMES;
    let mut end = |row: &mut String| {
        text.push_str(row.trim_end());
        text.push('\n');
        *row = " ".repeat(NAMES);
    };
    for word in fact.split(' ') {
        let word: Vec<char> = word.chars().collect();
        for part in word.chunks(COLUMNS - NAMES) {
            if used + part.len() > COLUMNS {
                end(&mut row);
                used = NAMES;
            }
            row.extend(part);
            row.push(' ');
            used += part.len() + 1;
        }
    }
    end(&mut row);
}

fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let options = &record.options;
    let keepers = record.people.iter().filter(|person| person.kind == "keeper").count();
    let traders = record.people.len() - keepers;
    let close = &record.close;
    let mut facts = vec![
        (
            "Day",
            format!(
                "seed {}, bitcoin falls by {:.0} %{}, {} steps of prices",
                options.seed,
                options.crash * 100.0,
                wick(record),
                grouped(record.steps.len() as i128)
            ),
        ),
        ("People", format!("{traders} traders, {keepers} keepers")),
        (
            "Transactions",
            format!(
                "{}, of which {} refused",
                grouped(close.transactions.into()),
                grouped(close.refused.into())
            ),
        ),
        ("Rescues", rescues(record, traders)),
    ];
    facts.push(("What the rescued lost", lost(record)));
    if let (Some(first), Some(last)) = (record.steps.first(), record.steps.last()) {
        facts.push(("Insurance", format!("{} -> {}", dollars(first.insurance), dollars(last.insurance))));
        let most = record.steps.iter().map(|step| step.bad_debt).max().unwrap_or(0);
        let debt =
            format!("{} at the last step, {} at most at any step", dollars(last.bad_debt), dollars(most));
        facts.push(("Bad debt", debt));
        facts.push(("Borne until the close", borne(record)));
    }
    facts.push(("Group left unwritten", beside(&record.units)));
    facts.push(("Initial margin", margins(record)));
    facts.push(("Invariants", invariants(record)));
    facts.push(("Heaviest transactions", units(&record.units)));
    facts.push((
        "Books at close",
        format!(
            "residual {}; {} positions still open",
            grouped(close.residual.into()),
            grouped(close.positions.into())
        ),
    ));
    facts
}

/// How deep the wick goes, if it goes deeper than the fall: the lowest price of its minute against the first.
fn wick(record: &Record) -> String {
    let price = |step: &Step| step.markets.first().map(|market| market.price);
    let start = record.marks.iter().find(|mark| mark.kind == "wick").map(|mark| mark.time);
    let minute = |start| record.steps.iter().filter(move |step| (start..start + 60).contains(&step.time));
    let lowest = start.and_then(|start| minute(start).filter_map(price).min());
    let first = record.steps.first().and_then(price);
    let depth = match (lowest, first) {
        (Some(lowest), Some(first)) if first > 0 => 1.0 - lowest as f64 / first as f64,
        _ => 0.0,
    };
    if depth <= record.options.crash {
        return String::new();
    }
    format!(", and by {:.0} % for a minute", depth * 100.0)
}

fn rescues(record: &Record, traders: usize) -> String {
    let accounts: BTreeSet<usize> = record.rescues.iter().map(|step| step.person).collect();
    let mut hops = BTreeMap::<&str, usize>::new();
    for step in &record.rescues {
        *hops.entry(step.hop).or_default() += 1;
    }
    let hops: Vec<_> = hops.iter().map(|(hop, times)| format!("{times} {hop}")).collect();
    let among = if hops.is_empty() { String::new() } else { format!(": {}", hops.join(", ")) };
    format!("{} of {traders} accounts, in {} steps{among}", accounts.len(), record.rescues.len())
}

/// What rescues cost those who were rescued: pay of keepers, and what the insurance got, not what it paid. And what
/// they lost in the day, most of it to prices.
fn lost(record: &Record) -> String {
    let keepers: i64 = record.rescues.iter().map(|step| step.pay).sum();
    let insurance: i64 = record.rescues.iter().map(|step| step.insurance.max(0)).sum();
    let closed: i64 = record.rescues.iter().map(|step| step.notional).sum();
    let rescued = record.people.iter().filter(|person| person.rescues > 0);
    let day: i64 = rescued.map(|person| person.brought - person.took).sum();
    let (keepers, insurance, closed) = (dollars(keepers), dollars(insurance), dollars(closed));
    format!(
        "{keepers} to keepers, {insurance} to insurance, for {closed} closed; {} over the whole day",
        dollars(day)
    )
}

/// What others have borne of the debts of bankrupt accounts.
fn borne(record: &Record) -> String {
    let by = |hop| dollars(record.rescues.iter().filter(|it| it.hop == hop).map(|it| it.borne).sum());
    format!(
        "{} paid by insurance, {} cut from claims, {} shared by lenders",
        by("insurance"),
        by("cut"),
        by("share")
    )
}

/// Both margins, averaged over the steps that have both.
fn margins(record: &Record) -> String {
    let both: Vec<(i128, i128)> = record
        .steps
        .iter()
        .filter_map(|step| step.isolated.map(|isolated| (step.portfolio.into(), isolated.into())))
        .collect();
    let portfolio: i128 = both.iter().map(|(portfolio, _)| portfolio).sum();
    let isolated: i128 = both.iter().map(|(_, isolated)| isolated).sum();
    let steps = both.len() as i128;
    if isolated == 0 {
        return "isolated margin was not computed".into();
    }
    let (portfolio, isolated) = ((portfolio / steps) as i64, (isolated / steps) as i64);
    let saved = 100.0 * (1.0 - portfolio as f64 / isolated as f64);
    format!("{} as portfolios, {} isolated: {saved:.1} % less", dollars(portfolio), dollars(isolated))
}

/// How far outside of what is allowed a check has been, at its worst and at every step: what is forbidden in one direction
/// may be smaller than what is allowed in the other.
fn outside(record: &Record, place: usize, check: &Check) -> i64 {
    let (low, high) = check.allowed;
    let steps = record.steps.iter().filter_map(|step| step.residuals.get(place).copied());
    let over = |residual: i64| residual.saturating_sub(high).max(low.saturating_sub(residual)).max(0);
    steps.chain([check.worst]).map(over).max().unwrap_or(0)
}

fn invariants(record: &Record) -> String {
    let times = record.checks.iter().map(|check| check.times);
    let (least, most) = (times.clone().min().unwrap_or(0), times.max().unwrap_or(0));
    let often = if least == most {
        format!("{} times", grouped(most.into()))
    } else {
        format!("{} to {} times", grouped(least.into()), grouped(most.into()))
    };
    let found = record.checks.iter().enumerate().map(|(place, check)| (outside(record, place, check), check));
    let (off, whose) = match found.max_by_key(|(off, _)| *off) {
        Some((off, check)) if off > 0 => (off, format!(" ({})", check.name)),
        _ => (0, String::new()),
    };
    let checks = record.checks.len();
    format!("{checks} checks, {often} each; residual {} outside roundings{whose}", grouped(off.into()))
}

/// What trades together, and which steps of rescues need not write the group.
const TRADES: [&str; 2] = ["account.settle_fills", "account.block_trade"];
const STEPS: [&str; 6] = [
    "liquidation.begin",
    "liquidation.liquidate",
    "liquidation.swap_collateral",
    "liquidation.end",
    "liquidation.deleverage",
    "liquidation.realise_profit",
];

/// How many trades and steps of rescues left the group unwritten, and how many had to be sent again.
fn beside(units: &[Units]) -> String {
    let of = |names: &[&str]| {
        let some = units.iter().filter(|unit| names.contains(&unit.instruction.as_str()));
        some.fold((0, 0), |(beside, times), unit| (beside + unit.beside, times + unit.times))
    };
    let ((trades, all_trades), (steps, all_steps)) = (of(&TRADES), of(&STEPS));
    let again: u32 = units.iter().map(|unit| unit.again).sum();
    let number = |number: u32| grouped(number.into());
    format!(
        "{} of {} trades and {} of {} rescues' steps; {} were sent again with it written",
        number(trades),
        number(all_trades),
        number(steps),
        number(all_steps),
        number(again)
    )
}

/// The transactions that took most compute units, by their main instructions.
fn units(units: &[Units]) -> String {
    let mut worst: Vec<&Units> = units.iter().collect();
    worst.sort_by_key(|unit| std::cmp::Reverse(unit.most));
    let worst: Vec<_> = worst
        .iter()
        .take(3)
        .map(|unit| format!("{} {}", unit.instruction, grouped(unit.most.into())))
        .collect();
    format!("{} compute units", worst.join(", "))
}

/// A number of a regime in words.
type Measure = fn(&Regime) -> String;

/// What is told of a regime, in the order in which it is to be read: what it costs beforehand, what it closes, and what that
/// costs whom.
const MEASURES: [(&str, Measure); 12] = [
    ("Margin locked, peak", |it| compact(it.peak)),
    ("Margin locked, mean", |it| compact(it.locked)),
    ("Money brought beside", |it| compact(it.brought)),
    ("Accounts liquidated", |it| it.accounts.to_string()),
    ("Liquidation steps", |it| it.liquidations.to_string()),
    ("Notional sold", |it| compact(it.sold)),
    ("Liquidation fees", |it| compact(it.fees)),
    ("Set back by it", |it| compact(it.set_back)),
    ("Spared by it", |it| compact(it.spared)),
    ("Loss of the liquidated", |it| compact(it.loss)),
    ("Paid by insurance", |it| compact(it.insured)),
    ("Bad debt", |it| compact(it.bad_debt)),
];

/// Regimes beside each other, a line for each number; a name with a comma takes two.
fn regimes(text: &mut String, regimes: &[Regime]) {
    let mut row = |name: &str, cell: &dyn Fn(&Regime) -> String| {
        let cells = regimes.iter().map(|regime| {
            let cell: String = cell(regime).chars().take(WIDTH - 1).collect();
            format!("{cell:>WIDTH$}")
        });
        let row = format!("{name:NAMES$}{}", cells.collect::<String>());
        let _ = writeln!(text, "{}", row.trim_end());
    };
    let halves = |regime: &Regime| {
        let (first, second) = regime.name.split_once(", ").unwrap_or((&regime.name, ""));
        (first.to_owned(), second.to_owned())
    };
    row("The same day under", &|regime| halves(regime).0);
    row("other regimes", &|regime| halves(regime).1);
    row("", &|regime| if regime.played { "(played)" } else { "(computed)" }.to_owned());
    for (name, cell) in MEASURES {
        row(name, &cell);
    }
}

/// Digits in groups of three.
fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whole dollars, rounded to the nearest; what is not nothing does not become nothing.
fn dollars(units: i64) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let size = i128::from(units).abs();
    let whole = (size + i128::from(DOLLAR) / 2) / i128::from(DOLLAR);
    match (size, whole) {
        (1.., 0) => format!("{sign}$0.{size:06}"),
        _ => format!("{sign}${}", grouped(whole)),
    }
}

/// Dollars in three or four digits and a letter.
fn compact(units: i64) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let value = (units as f64 / DOLLAR as f64).abs();
    let (size, letter) = match value {
        999_950_000.0.. => (1e9, "B"),
        999_950.0.. => (1e6, "M"),
        1_000.0.. => (1e3, "k"),
        _ => return dollars(units),
    };
    format!("{sign}${:.1}{letter}", value / size)
}
