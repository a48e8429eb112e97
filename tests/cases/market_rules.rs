//! A market's rules: stored as given, changed without touching what is known of the market, and kept in their ranges.

use crate::{
    refusal::refused_with,
    two_groups::{TwoGroups, ESCALATION, NOT_MUTABLE},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    risk::{CreateMarketRiskArgs, MarketRisk, MarketRules, Preset},
    seeds,
};
use ballast_testkit::{dollars, risk_program, rules, slice, Instruction, Signer, World, BTC};

const RISK: Pubkey = Pubkey::from_str_const("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");
// First eight bytes of SHA-256 of "account:MarketRisk" and of "event:MarketRiskChanged".
const MARKET_RISK_TAG: [u8; 8] = [239, 210, 123, 246, 232, 219, 139, 238];
const MARKET_RISK_CHANGED_TAG: [u8; 8] = [80, 170, 252, 88, 143, 170, 135, 102];

const NOT_AUTHORITY: u32 = 6000;
const WRONG_GROUP: u32 = 6001;
const VERSION_UNKNOWN: u32 = 6003;
const RULES_INVALID: u32 = 6008;
const UNIT_CHANGED: u32 = 6009;
/// The whole, in 2^-40.
const ONE: i64 = 1 << 40;
const WEEK: u32 = 604_800;

ballast_testkit::on_every_svm!(
    a_markets_rules_are_stored_as_given,
    prices_and_dates_survive_a_change_of_rules,
    rules_outside_their_ranges_are_refused,
    the_units_of_positions_never_change,
    a_market_obeys_nobody_but_its_groups_authority,
    creating_a_market_needs_every_account,
    changing_a_market_needs_every_account,
);

/// The rules' bytes, field after field.
fn bytes(rules: &MarketRules) -> Vec<u8> {
    let (feed, predictor) = (&rules.feed, &rules.predictor);
    let mut bytes = [feed.owner.to_bytes(), feed.account.to_bytes(), feed.id].concat();
    bytes.extend([feed.max_interval, feed.band].into_iter().flat_map(i64::to_le_bytes));
    bytes.extend([feed.max_age, feed.wide_grace, feed.far_pause].into_iter().flat_map(u32::to_le_bytes));
    bytes.extend([feed.kind, 0, 0, 0]);
    let p = predictor;
    let times = [p.memory_seconds, p.step_seconds, p.horizon_seconds, p.widths, p.largest_move, p.stressed];
    let ranges = [p.stressed_share, p.floor, p.cap, p.up_per_hour, p.down_per_hour, p.largest_multiplier];
    bytes.extend([times, ranges].concat().into_iter().flat_map(i64::to_le_bytes));
    bytes.extend([rules.start_variance, rules.slow_per_hour].into_iter().flat_map(i64::to_le_bytes));
    bytes.extend(rules.lot.to_le_bytes());
    let numbers = [
        rules.depth,
        rules.haircut,
        rules.haircut_initial,
        rules.least_volatility,
        rules.most_volatility,
        rules.volatility_move,
        rules.volatility_move_per_hour,
        rules.forward_gap,
        rules.forward_gap_per_year,
    ];
    bytes.extend(numbers.into_iter().flat_map(i64::to_le_bytes));
    bytes.extend([rules.surface_seconds, rules.attestation_seconds].into_iter().flat_map(u32::to_le_bytes));
    bytes.extend(rules.moves_like.to_le_bytes());
    bytes.extend([rules.token_decimals, 0, 0, 0, 0, 0]);
    assert_eq!(bytes.len(), 336);
    bytes
}

fn event(group: &Pubkey, market: u16, rules: &MarketRules) -> Vec<u8> {
    [&MARKET_RISK_CHANGED_TAG[..], group.as_ref(), &market.to_le_bytes(), &bytes(rules)].concat()
}

fn address(group: &Pubkey, market: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[b"market-risk", group.as_ref(), &market.to_le_bytes()], &RISK)
}

fn create(scene: &TwoGroups, market: u16, rules: MarketRules) -> Instruction {
    let args = CreateMarketRiskArgs { market, rules };
    risk_program::create_market_risk(&scene.group(), &scene.authority(), &scene.payer.pubkey(), &args)
}

fn change(scene: &TwoGroups, rules: &MarketRules) -> Instruction {
    risk_program::change_market_risk(&scene.group(), &scene.authority(), BTC, rules)
}

/// Rules that differ from the defaults in every field that may change, each in its own way.
fn others(group: &Pubkey) -> MarketRules {
    let mut rules = rules(group, BTC);
    rules.feed.owner = Pubkey::from_str_const("rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp");
    (rules.feed.account, rules.feed.id) = (Pubkey::new_from_array([3; 32]), [4; 32]);
    (rules.feed.max_interval, rules.feed.band) = (5, 6);
    (rules.feed.max_age, rules.feed.wide_grace, rules.feed.far_pause) = (7, 8, 9);
    let p = &mut rules.predictor;
    (p.memory_seconds, p.step_seconds, p.horizon_seconds, p.widths) = (1_000, 10, 11, ONE + 12);
    (p.largest_move, p.stressed, p.stressed_share) = (ONE / 13, ONE / 14, ONE / 15);
    (p.floor, p.cap, p.up_per_hour, p.down_per_hour) = (ONE / 16, ONE / 2, ONE / 17, ONE / 18);
    p.largest_multiplier = ONE + 19;
    (rules.start_variance, rules.slow_per_hour, rules.depth) = (20, 21, 22);
    (rules.haircut, rules.haircut_initial) = (23, 24);
    (rules.least_volatility, rules.most_volatility) = (25, 26);
    (rules.volatility_move, rules.volatility_move_per_hour) = (27, 28);
    (rules.forward_gap, rules.forward_gap_per_year) = (29, 30);
    (rules.surface_seconds, rules.attestation_seconds, rules.moves_like) = (31, 32, 33);
    rules
}

fn a_markets_rules_are_stored_as_given(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[]);
    let group = scene.group();
    for market in [1u16, 0x1234, u16::MAX] {
        let given = others(&group);
        let done = world.svm.send(&[create(&scene, market, given)], &scene.signers()).unwrap();
        let (address, bump) = address(&group, market);
        let account = world.svm.account(&address).expect("a market's risk");
        assert_eq!((account.owner, account.lamports), (RISK, world.svm.rent(2_560)));
        let mut expected = MARKET_RISK_TAG.to_vec();
        expected.extend([1, bump]);
        expected.extend(market.to_le_bytes());
        expected.extend([0; 4]);
        expected.extend(group.to_bytes());
        expected.extend(bytes(&given));
        // No price and no date yet.
        expected.resize(2_560, 0);
        assert!(account.data == expected, "market {market} is not as it was given");
        assert_eq!(done.events, [event(&group, market, &given)]);
    }
}

fn prices_and_dates_survive_a_change_of_rules(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[BTC]);
    let group = scene.group();
    world.set_price(&scene.ours, BTC, 95_000 * 100_000_000);
    let now = world.svm.now();
    world.set_surface(&scene.ours, BTC, &[slice(now, 864_000, dollars(95_500), 0.6)]);
    let address = address(&group, BTC).0;
    let before = world.svm.account(&address).unwrap();
    let new = others(&group);
    let done = scene.send(world, change(&scene, &new));
    assert_eq!(done.events, [event(&group, BTC, &new)]);
    // The rules stand behind the tag, eight bytes and the group.
    let (head, tail) = (8 + 8 + 32, 8 + 8 + 32 + 336);
    let after = world.svm.account(&address).unwrap();
    assert!(after.data[head..tail] == bytes(&new), "the rules are as given");
    assert!(before.data[head..tail] != after.data[head..tail]);
    assert!(before.data[..head] == after.data[..head] && before.data[tail..] == after.data[tail..]);
    assert_eq!(before.data[12], 1, "there was a date to lose");
}

fn rules_outside_their_ranges_are_refused(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[BTC]);
    let good = rules(&scene.group(), BTC);
    let zero = create(&scene, 0, good);
    refused_with(world, "a market without a number", RULES_INVALID, zero, &scene.signers());
    type Edit = fn(&mut MarketRules);
    let cases: [(&str, Edit, Edit); 16] = [
        ("the band", |r| r.feed.band = ONE, |r| r.feed.band = ONE + 1),
        ("the least band", |r| r.feed.band = 1, |r| r.feed.band = 0),
        ("the oldest price", |r| r.feed.max_age = 3_600, |r| r.feed.max_age = 3_601),
        ("the shortest age", |r| r.feed.max_age = 1, |r| r.feed.max_age = 0),
        ("the kind of feed", |r| r.feed.kind = 1, |r| r.feed.kind = 0),
        ("who owns the feed", |_| (), |r| r.feed.owner = RISK),
        ("the price account", |_| (), |r| r.feed.account = Pubkey::default()),
        ("zeros of the feed", |r| r.feed.padding = [0; 3], |r| r.feed.padding[2] = 1),
        ("the depth", |r| r.depth = 0, |r| r.depth = -1),
        (
            "the haircut",
            |r| (r.haircut, r.haircut_initial) = (ONE, 0),
            |r| (r.haircut, r.haircut_initial) = (ONE + 1, 0),
        ),
        (
            "both haircuts",
            |r| (r.haircut, r.haircut_initial) = (1, ONE - 1),
            |r| (r.haircut, r.haircut_initial) = (2, ONE - 1),
        ),
        ("the highest volatility", |r| r.most_volatility = 16 * ONE, |r| r.most_volatility = 16 * ONE + 1),
        (
            "volatilities that cross",
            |r| r.least_volatility = r.most_volatility,
            |r| r.least_volatility = r.most_volatility + 1,
        ),
        ("a surface's time", |r| r.surface_seconds = WEEK, |r| r.surface_seconds = WEEK + 1),
        ("the shortest attestation", |r| r.attestation_seconds = 1, |r| r.attestation_seconds = 0),
        ("zeros of the rules", |r| r.padding = [0; 5], |r| r.padding[4] = 1),
    ];
    for (number, (what, within, beyond)) in (100u16..).zip(cases) {
        let (mut inside, mut outside) = (good, good);
        within(&mut inside);
        beyond(&mut outside);
        let refused = create(&scene, number, outside);
        refused_with(world, what, RULES_INVALID, refused, &scene.signers());
        refused_with(world, what, RULES_INVALID, change(&scene, &outside), &scene.signers());
        scene.send(world, change(&scene, &inside));
        let created = world.svm.send(&[create(&scene, number, inside)], &scene.signers());
        assert!(created.is_ok(), "{what}: {created:#?}");
    }
    // What is only asked when a market is made, since no change may touch it.
    let units: [(&str, Edit, Edit); 3] = [
        ("the smallest lot", |r| r.lot = 1, |r| r.lot = 0),
        ("the largest lot", |r| r.lot = 1 << 53, |r| r.lot = (1 << 53) + 1),
        ("the most decimals", |r| r.token_decimals = 18, |r| r.token_decimals = 19),
    ];
    for (number, (what, within, beyond)) in (200u16..).zip(units) {
        let (mut inside, mut outside) = (good, good);
        within(&mut inside);
        beyond(&mut outside);
        let refused = create(&scene, number, outside);
        refused_with(world, what, RULES_INVALID, refused, &scene.signers());
        let created = world.svm.send(&[create(&scene, number, inside)], &scene.signers());
        assert!(created.is_ok(), "{what}: {created:#?}");
    }
}

fn the_units_of_positions_never_change(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[BTC]);
    let good = rules(&scene.group(), BTC);
    for (what, lot, token_decimals) in [
        ("a larger lot", good.lot + 1, good.token_decimals),
        ("a smaller lot", good.lot - 1, good.token_decimals),
        ("more decimals", good.lot, good.token_decimals + 1),
        ("fewer decimals", good.lot, good.token_decimals - 1),
    ] {
        let rules = MarketRules { lot, token_decimals, ..good };
        refused_with(world, what, UNIT_CHANGED, change(&scene, &rules), &scene.signers());
    }
    scene.send(world, change(&scene, &good));
    let address = seeds::find_market_risk(&scene.group(), BTC).0;
    let market = world.market_risk(&scene.group(), BTC);
    for version in [0, 2, 255] {
        world.overwrite(&address, &MarketRisk { version, ..market });
        let what = "a market of another version";
        refused_with(world, what, VERSION_UNKNOWN, change(&scene, &good), &scene.signers());
    }
}

fn a_market_obeys_nobody_but_its_groups_authority(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[BTC]);
    let (group, good) = (scene.group(), rules(&scene.group(), BTC));
    for name in ["stranger", "guardian"] {
        let person = world.person(name);
        let key = person.pubkey();
        let change = risk_program::change_market_risk(&group, &key, BTC, &good);
        refused_with(world, name, NOT_AUTHORITY, change, &[&person]);
        let args = CreateMarketRiskArgs { market: 9, rules: good };
        let create = risk_program::create_market_risk(&group, &key, &key, &args);
        refused_with(world, name, NOT_AUTHORITY, create, &[&person]);
    }
}

fn creating_a_market_needs_every_account(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[BTC]);
    let create = create(&scene, 9, rules(&scene.group(), 9));
    scene.refuse_tampering(world, &create, &[3], ESCALATION);
    let mut elsewhere = create.clone();
    elsewhere.accounts[1].pubkey = seeds::find_market_risk(&scene.group(), 8).0;
    refused_with(world, "another market's address", 2006, elsewhere, &scene.signers());
    world.svm.send(std::slice::from_ref(&create), &scene.signers()).expect("untampered, it is created");
    refused_with(world, "the same market again", 0, create, &scene.signers());
}

fn changing_a_market_needs_every_account(world: &mut World) {
    let scene = TwoGroups::new(world, Preset::Ballast, &[BTC]);
    let change = change(&scene, &rules(&scene.group(), BTC));
    scene.refuse_tampering(world, &change, &[], NOT_MUTABLE);
    for (place, key) in [(1, seeds::find_market_risk(&scene.other.group, BTC).0), (0, scene.other.group)] {
        let mut foreign = change.clone();
        foreign.accounts[place].pubkey = key;
        refused_with(world, "another group's account", WRONG_GROUP, foreign, &scene.signers());
    }
    let mut short = change.clone();
    short.data.pop();
    refused_with(world, "rules a byte short", 102, short, &scene.signers());
    scene.send(world, change);
}
