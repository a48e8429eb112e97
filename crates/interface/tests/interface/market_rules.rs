//! Every bound of a market's rules, on both sides.

use crate::{code, key, rules, WHOLE};
use ballast_interface::risk::{MarketRules, PredictorRules, RECEIVERS};
use bytemuck::bytes_of;

/// What is bounded, how to set it, and the least and the most that it may be.
type Bound = (&'static str, fn(&mut MarketRules, i64), i64, i64);

fn refused(rules: &MarketRules) -> Option<u32> {
    code(rules.invariant())
}

fn hold(bounds: &[Bound], sound: MarketRules) {
    assert_eq!(refused(&sound), None);
    for (what, set, least, most) in bounds {
        let with = |value: i64| {
            let mut rules = sound;
            set(&mut rules, value);
            refused(&rules)
        };
        assert_eq!((with(*least), with(*most)), (None, None), "{what} within {least} and {most}");
        if let Some(below) = least.checked_sub(1) {
            assert_eq!(with(below), Some(6008), "{what} of {below}");
        }
        if let Some(above) = most.checked_add(1) {
            assert_eq!(with(above), Some(6008), "{what} of {above}");
        }
    }
}

#[test]
fn a_market_has_its_bounds() {
    hold(
        &[
            ("start variance", |rules, value| rules.start_variance = value, 0, 64 * WHOLE),
            ("slow pace", |rules, value| rules.slow_per_hour = value, 1, WHOLE),
            ("lot", |rules, value| rules.lot = value as u64, 1, 1 << 53),
            ("depth", |rules, value| rules.depth = value, 0, i64::MAX),
            ("haircut", |rules, value| (rules.haircut, rules.haircut_initial) = (value, 0), 0, WHOLE),
            ("initial haircut", |rules, value| (rules.haircut, rules.haircut_initial) = (0, value), 0, WHOLE),
            (
                "both",
                |rules, value| (rules.haircut, rules.haircut_initial) = (WHOLE / 4, value),
                0,
                WHOLE / 4 * 3,
            ),
            ("least volatility", |rules, value| rules.least_volatility = value, 1, 4 * WHOLE),
            ("most volatility", |rules, value| rules.most_volatility = value, WHOLE / 16, 16 * WHOLE),
            ("volatility move", |rules, value| rules.volatility_move = value, 0, WHOLE),
            ("hourly volatility move", |rules, value| rules.volatility_move_per_hour = value, 0, 16 * WHOLE),
            ("forward gap", |rules, value| rules.forward_gap = value, 0, WHOLE),
            ("yearly forward gap", |rules, value| rules.forward_gap_per_year = value, 0, WHOLE),
            ("surface seconds", |rules, value| rules.surface_seconds = value as u32, 1, 604_800),
            ("attestation seconds", |rules, value| rules.attestation_seconds = value as u32, 1, 604_800),
            ("token decimals", |rules, value| rules.token_decimals = value as u8, 0, 18),
        ],
        rules(),
    );
}

#[test]
fn a_feed_has_its_bounds() {
    hold(
        &[
            ("widest interval", |rules, value| rules.feed.max_interval = value, 1, WHOLE),
            ("band", |rules, value| rules.feed.band = value, 1, WHOLE),
            ("oldest price", |rules, value| rules.feed.max_age = value as u32, 1, 3_600),
            ("grace", |rules, value| rules.feed.wide_grace = value as u32, 0, 3_600),
            ("pause", |rules, value| rules.feed.far_pause = value as u32, 0, 3_600),
            ("kind", |rules, value| rules.feed.kind = value as u8, 1, 1),
        ],
        rules(),
    );
}

#[test]
fn a_predictor_has_its_bounds() {
    let year = 31_536_000;
    hold(
        &[
            ("memory", |rules, value| rules.predictor.memory_seconds = value, 300, year),
            ("step", |rules, value| rules.predictor.step_seconds = value, 1, 345_600),
            ("horizon", |rules, value| rules.predictor.horizon_seconds = value, 1, year),
            ("widths", |rules, value| rules.predictor.widths = value, 0, 64 * WHOLE),
            ("largest move", |rules, value| rules.predictor.largest_move = value, 1, WHOLE),
            ("range under stress", |rules, value| rules.predictor.stressed = value, 0, WHOLE / 2),
            ("its share", |rules, value| rules.predictor.stressed_share = value, 0, WHOLE),
            ("floor", |rules, value| rules.predictor.floor = value, 1, WHOLE / 2),
            ("cap", |rules, value| rules.predictor.cap = value, WHOLE / 8 * 3, WHOLE),
            ("speed up", |rules, value| rules.predictor.up_per_hour = value, WHOLE / 256, WHOLE),
            ("speed down", |rules, value| rules.predictor.down_per_hour = value, 0, WHOLE / 16),
            (
                "largest multiplier",
                |rules, value| rules.predictor.largest_multiplier = value,
                WHOLE,
                8 * WHOLE,
            ),
        ],
        rules(),
    );
}

#[test]
fn a_feed_names_its_account_and_a_receiver() {
    for (owner, expected) in [(RECEIVERS[0], None), (RECEIVERS[1], None), (key(0), Some(6008))] {
        let mut rules = rules();
        rules.feed.owner = owner;
        assert_eq!((refused(&rules), rules.feed.is_sound()), (expected, expected.is_none()), "{owner}");
    }
    let mut rules = rules();
    rules.feed.account = key(0);
    assert_eq!((refused(&rules), rules.feed.is_sound()), (Some(6008), false));
}

#[test]
fn padding_is_zero() {
    for place in 0..3 {
        let mut rules = rules();
        rules.feed.padding[place] = 1;
        assert_eq!(refused(&rules), Some(6008), "byte {place} of the feed's");
    }
    for place in 0..5 {
        let mut rules = rules();
        rules.padding[place] = 1;
        assert_eq!(refused(&rules), Some(6008), "byte {place} of the market's");
    }
}

#[test]
fn units_are_those_of_the_lot_and_the_token() {
    let (sound, other) = (rules(), MarketRules { depth: 1, haircut: 2, moves_like: 3, ..rules() });
    assert_eq!(code(sound.same_units(&other)), None);
    assert_eq!(code(sound.same_units(&MarketRules { lot: sound.lot + 1, ..sound })), Some(6009));
    assert_eq!(code(sound.same_units(&MarketRules { token_decimals: 9, ..sound })), Some(6009));
}

#[test]
fn a_predictor_of_the_engine_comes_back_as_it_was() {
    // Every word of the rules is a field of its own.
    let sound = rules().predictor;
    for word in 0..12 {
        let mut bytes = bytes_of(&sound).to_vec();
        bytes[8 * word] ^= 1;
        let changed: PredictorRules = bytemuck::pod_read_unaligned(&bytes);
        assert_ne!(changed.predictor(), sound.predictor(), "word {word}");
        assert_eq!(PredictorRules::new(&changed.predictor()), changed, "word {word}");
    }
    let engine = sound.predictor();
    assert_eq!((engine.memory_seconds, engine.step_seconds, engine.horizon_seconds), (345_600, 300, 86_400));
    assert_eq!((engine.widths.0, engine.largest_move.0), (4 << 40, 1 << 37));
    assert_eq!((engine.stressed.0, engine.stressed_share.0), (3 << 37, 1 << 38));
    assert_eq!((engine.floor.0, engine.cap.0), (1 << 37, 1 << 39));
    assert_eq!((engine.up_per_hour.0, engine.down_per_hour.0), (1 << 36, 1 << 32));
    assert_eq!(engine.largest_multiplier.0, 2 << 40);
}
