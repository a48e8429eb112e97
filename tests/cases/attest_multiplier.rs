//! A committee raises a market's scan range for a time: by how much, how long, and what it can never do.

use crate::message::{refused, refused_with, Head, Kind};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    risk::{Assessment, AttestMultiplierArgs, Attested, MarketRisk, Preset},
    seeds,
};
use ballast_testkit::{
    dollars, fraction, risk_program, rules, signed, slice, Instruction, RiskSpec, Signer, World, BTC, START,
};

ballast_testkit::on_every_svm!(
    an_attestation_widens_the_range_until_it_lapses,
    an_attestation_only_tightens,
    multipliers_beyond_the_bounds_are_refused,
    no_attestation_lowers_the_range,
    a_floor_that_is_raised_holds_at_once,
    a_short_call_needs_more_while_an_attestation_is_in_force,
);

const MULTIPLIER_OUT_OF_RANGE: u32 = 6040;
const ATTESTATION_LOOSER: u32 = 6041;

// First eight bytes of SHA-256 of "event:MultiplierAttested".
const MULTIPLIER_ATTESTED_TAG: [u8; 8] = [233, 205, 242, 87, 153, 128, 130, 214];

/// In 10^-8 dollars.
const PRICE: i64 = 9_500_000_000_000;
const ONE: i64 = 1 << 40;

fn scene(world: &mut World) -> RiskSpec {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    world.set_price(&spec, BTC, PRICE);
    spec
}

fn market(world: &mut World, spec: &RiskSpec) -> MarketRisk {
    world.market_risk(&spec.group, BTC)
}

/// An attestation of so much from now on, for so many seconds.
fn attestation(world: &mut World, spec: &RiskSpec, multiplier: i64, seconds: i64) -> [Instruction; 2] {
    let Head { group, market, epoch, sequence, valid_from, .. } = Kind::Multiplier.head(world, spec);
    let valid_until = valid_from + seconds;
    let args = AttestMultiplierArgs { group, market, epoch, sequence, valid_from, valid_until, multiplier };
    signed(risk_program::attest_multiplier(&args), &spec.quorum())
}

/// Sends one that must be accepted, and returns its events.
fn attest(world: &mut World, spec: &RiskSpec, multiplier: i64, seconds: i64) -> Vec<Vec<u8>> {
    let message = attestation(world, spec, multiplier, seconds);
    let done = world.svm.send(&message, &[]);
    done.unwrap_or_else(|failure| panic!("{multiplier} for {seconds} seconds: {failure:#?}")).events
}

/// A product of two numbers in 2^-40, rounded up.
fn product(range: i64, multiplier: i64) -> i64 {
    (i128::from(range) * i128::from(multiplier) + i128::from(ONE) - 1).div_euclid(ONE.into()) as i64
}

fn an_attestation_widens_the_range_until_it_lapses(world: &mut World) {
    world.step("A market starts at a yearly volatility of 60 %.");
    let spec = scene(world);
    let before = market(world, &spec);
    // Three quarters of four deviations of a day, and a quarter of a range of 32 %.
    let range = before.price.range;
    let by_hand = 0.75 * 4.0 * 0.6 / 365f64.sqrt() + 0.25 * 0.32;
    assert!((range as f64 / ONE as f64 - by_hand).abs() < 1e-9, "{range}");
    assert_eq!(before.range(START).0, range);

    world.step("The committee attests half as much again, for ten minutes.");
    let half = fraction(1.5);
    let events = attest(world, &spec, half, 600);
    let after = market(world, &spec);
    let expected = MarketRisk {
        attested: Attested { multiplier: half, until: START + 600 },
        epoch: 1,
        sequences: [0, 1],
        ..before
    };
    assert_eq!(bytemuck::bytes_of(&after), bytemuck::bytes_of(&expected));
    assert_eq!(events, [event(&spec.group, 1, half, START + 600)]);
    for (seconds, factor) in [(0, half), (599, half), (600, ONE), (601, ONE), (i64::MAX - START, ONE)] {
        assert_eq!(after.range(START + seconds).0, product(range, factor), "after {seconds} seconds");
    }

    world.step("It attests twice as much, which is more than the cap.");
    let events = attest(world, &spec, 2 * ONE, 601);
    assert_eq!(events, [event(&spec.group, 2, 2 * ONE, START + 601)]);
    let after = market(world, &spec);
    assert_eq!(after.range(START + 600).0, (0.32 * ONE as f64).round() as i64);
    assert_eq!(after.range(START + 601).0, range);
    // What the prices say of the range is not touched.
    assert_eq!(after.price, before.price);
}

/// The bytes of the event.
fn event(group: &Pubkey, sequence: u64, multiplier: i64, until: i64) -> Vec<u8> {
    let mut bytes = [&MULTIPLIER_ATTESTED_TAG[..], group.as_ref(), &[1, 0]].concat();
    bytes.extend(sequence.to_le_bytes());
    bytes.extend(multiplier.to_le_bytes());
    bytes.extend(until.to_le_bytes());
    bytes
}

fn an_attestation_only_tightens(world: &mut World) {
    let spec = scene(world);
    let held = fraction(1.25);
    attest(world, &spec, held, 600);
    let looser = [
        ("lower", held - 1, 600),
        ("lower and longer", held - 1, 86_400),
        ("shorter", held, 599),
        ("shorter and higher", 2 * ONE, 599),
        ("lower and shorter", ONE, 1),
    ];
    for (what, multiplier, seconds) in looser {
        let message = attestation(world, &spec, multiplier, seconds);
        refused_with(world, what, ATTESTATION_LOOSER, &message);
    }
    let tighter =
        [("equal", held, 600), ("longer", held, 601), ("higher", held + 1, 601), ("both", held + 2, 602)];
    for (what, multiplier, seconds) in tighter {
        attest(world, &spec, multiplier, seconds);
        let attested = Attested { multiplier, until: START + seconds };
        assert_eq!(market(world, &spec).attested, attested, "{what}");
    }
    // In the last second of the one in force, and in the first after it.
    world.svm.pass(601);
    let lower = attestation(world, &spec, held, 60);
    refused_with(world, "lower, a second early", ATTESTATION_LOOSER, &lower);
    world.svm.pass(1);
    attest(world, &spec, ONE, 1);
    assert_eq!(market(world, &spec).attested, Attested { multiplier: ONE, until: START + 603 });
    assert_eq!(market(world, &spec).sequences, [0, 6]);
}

fn multipliers_beyond_the_bounds_are_refused(world: &mut World) {
    let spec = scene(world);
    for multiplier in [ONE - 1, 2 * ONE + 1, 0, -1, -ONE, i64::MIN, i64::MAX] {
        let message = attestation(world, &spec, multiplier, 600);
        refused_with(world, &multiplier.to_string(), MULTIPLIER_OUT_OF_RANGE, &message);
    }
    attest(world, &spec, ONE, 600);
    attest(world, &spec, 2 * ONE, 600);
    // The market's bound may change, and then the one in force counts as no more than that.
    let mut bounded = rules(&spec.group, BTC);
    bounded.predictor.largest_multiplier = fraction(1.25);
    let change = risk_program::change_market_risk(&spec.group, &spec.authority.pubkey(), BTC, &bounded);
    world.svm.send(&[change], &[&spec.authority]).expect("the authority may change the rules");
    let after = market(world, &spec);
    assert_eq!(after.range(START).0, product(after.price.range, fraction(1.25)));
    let message = attestation(world, &spec, fraction(1.25) + 1, 600);
    refused_with(world, "above the new bound", MULTIPLIER_OUT_OF_RANGE, &message);
    // The highest that is still allowed replaces it, though it is below the one in force; nothing lower does.
    let message = attestation(world, &spec, fraction(1.25) - 1, 86_400);
    refused_with(world, "below the new bound", ATTESTATION_LOOSER, &message);
    let message = attestation(world, &spec, fraction(1.25), 599);
    refused_with(world, "at the new bound, but shorter", ATTESTATION_LOOSER, &message);
    attest(world, &spec, fraction(1.25), 600);
    let attested = Attested { multiplier: fraction(1.25), until: START + 600 };
    assert_eq!(market(world, &spec).attested, attested);
    // From then on that is what is held, even when the bound is as it was.
    let change = rules(&spec.group, BTC);
    let change = risk_program::change_market_risk(&spec.group, &spec.authority.pubkey(), BTC, &change);
    world.svm.send(&[change], &[&spec.authority]).expect("the authority may change the rules");
    let message = attestation(world, &spec, fraction(1.25) - 1, 600);
    refused_with(world, "below the one in force", ATTESTATION_LOOSER, &message);
    attest(world, &spec, fraction(1.25), 600);
}

fn a_floor_that_is_raised_holds_at_once(world: &mut World) {
    let spec = scene(world);
    let range = market(world, &spec).price.range;
    let mut raised = rules(&spec.group, BTC);
    for (floor, expected) in [(range - 1, range), (range + 1, range + 1), (fraction(0.2), fraction(0.2))] {
        raised.predictor.floor = floor;
        let change = risk_program::change_market_risk(&spec.group, &spec.authority.pubkey(), BTC, &raised);
        world.svm.send(&[change], &[&spec.authority]).expect("the authority may change the rules");
        assert_eq!(market(world, &spec).range(START).0, expected, "a floor of {floor}");
    }
    assert_eq!(market(world, &spec).price.range, range, "what the prices say is not touched");
    attest(world, &spec, fraction(1.5), 600);
    assert_eq!(market(world, &spec).range(START).0, product(fraction(0.2), fraction(1.5)));
}

fn no_attestation_lowers_the_range(world: &mut World) {
    let spec = scene(world);
    let range = market(world, &spec).price.range;
    attest(world, &spec, ONE, 600);
    assert_eq!(market(world, &spec).range(START).0, range);
    // The cap falls below the range, which follows it slowly; the attestation does not pull it down.
    let mut capped = rules(&spec.group, BTC);
    capped.predictor.floor = fraction(0.05);
    capped.predictor.stressed = fraction(0.05);
    capped.predictor.cap = fraction(0.1);
    let change = risk_program::change_market_risk(&spec.group, &spec.authority.pubkey(), BTC, &capped);
    world.svm.send(&[change], &[&spec.authority]).expect("the authority may change the rules");
    attest(world, &spec, 2 * ONE, 600);
    assert!(range > fraction(0.1));
    assert_eq!(market(world, &spec).range(START).0, range);

    // A price that is stale, doubtful or missing is no reason not to tighten.
    world.svm.pass(10_000);
    let stale = attestation(world, &spec, 2 * ONE, 600);
    world.svm.send(&stale, &[]).expect("an attestation beside a stale price");
}

/// A report on the account, or on what it would be with another market's risk.
fn report(
    world: &mut World,
    spec: &RiskSpec,
    account: &Pubkey,
    edit: impl Fn(&mut MarketRisk),
) -> Assessment {
    let (address, risk) = (seeds::find_market_risk(&spec.group, BTC).0, market(world, spec));
    let mut edited = risk;
    edit(&mut edited);
    world.overwrite(&address, &edited);
    let done = world.svm.send(&[risk_program::assess(&spec.group, account, &[BTC])], &[]).expect("a report");
    world.overwrite(&address, &risk);
    Assessment::from_bytes(&done.return_data).expect("the bytes of a report")
}

fn a_short_call_needs_more_while_an_attestation_is_in_force(world: &mut World) {
    let spec = scene(world);
    let dates = |world: &mut World| {
        let left = START + 864_000 - world.svm.now();
        [slice(START + 864_000 - left, left, dollars(95_500), 0.6)]
    };
    let surface = dates(world);
    world.set_surface(&spec, BTC, &surface);
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        account.cash = 10_000_000_000;
        // A call at 100 000 on one coin, sold.
        let leg = &mut account.legs[0];
        (leg.market, leg.kind, leg.quantity, leg.expiry) = (BTC, 3, -100, START + 864_000);
        leg.strike = 10_000_000_000_000;
        (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
    });
    let untouched = |_: &mut MarketRisk| ();
    let without = |risk: &mut MarketRisk| risk.attested = Attested::default();
    let before = report(world, &spec, &account, untouched);

    attest(world, &spec, ONE, 600);
    assert_eq!(report(world, &spec, &account, untouched), before, "one changes nothing");
    attest(world, &spec, fraction(1.5), 600);
    let during = report(world, &spec, &account, untouched);
    assert!(during.maintenance.get() > before.maintenance.get() * 5 / 4);
    assert!(during.initial.get() > before.initial.get() * 5 / 4);
    assert_eq!(during.value, before.value, "what the book is worth is not touched");
    // It is what a market would ask for whose prices make for such a range.
    let wide = |risk: &mut MarketRisk| {
        (risk.price.range, risk.attested) = (product(risk.price.range, fraction(1.5)), Attested::default());
    };
    assert_eq!(report(world, &spec, &account, wide), during);

    // With fresh prices and surfaces: in the last second, and in the first after it.
    world.svm.pass(599);
    world.set_price(&spec, BTC, PRICE);
    let surface = dates(world);
    world.set_surface(&spec, BTC, &surface);
    let last = report(world, &spec, &account, untouched);
    assert!(last.maintenance.get() > report(world, &spec, &account, without).maintenance.get() * 5 / 4);
    world.svm.pass(1);
    let lapsed = report(world, &spec, &account, untouched);
    assert_eq!(lapsed, report(world, &spec, &account, without));
    let change = lapsed.maintenance.get() - before.maintenance.get();
    assert!(change.abs() < before.maintenance.get() / 100, "ten minutes make no great difference");
    // Without the market there is no way round it.
    let nobody = risk_program::assess(&spec.group, &account, &[]);
    refused(world, "without its market", &[nobody]);
}
