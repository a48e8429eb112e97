//! What `post_mark` and `update_funding` refuse, with the error's number; nothing changes when they do.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, TwoExchanges},
};
use ballast_interface::{
    account::{pause, CreateVenueArgs, MarketTerms, VenueTerms},
    seeds,
};
use ballast_testkit::{account_program, fraction, market_terms, Instruction, Signer, World, BTC, ETH};

on_litesvm!(funding_needs_every_account);
ballast_testkit::on_every_svm!(
    post_mark_refuses_marks_and_venues,
    funding_refuses_the_wrong_place,
    funding_is_never_stopped,
);

fn mark(two: &TwoExchanges, mark: u64) -> Instruction {
    account_program::post_mark(&two.group(), BTC, 1, &two.ours.operator.pubkey(), mark)
}

fn update(two: &TwoExchanges) -> Instruction {
    account_program::update_funding(&two.group(), BTC)
}

fn funding_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    let tampering = Tampering { strangers: &strangers, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&mark(&two, dollars(960))));
    world.svm.pass(10);
    tampering.refuse(world, &two.ring, &alone(&update(&two)));
}

fn post_mark_refuses_marks_and_venues(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (group, authority, operator) = (two.group(), two.authority(), two.ours.operator.pubkey());
    let good = mark(&two, dollars(960));
    let terms = |suspended| VenueTerms { operator, fee_owner: operator, fee_cap: fraction(0.01), suspended };
    let second = CreateVenueArgs { venue: 2, terms: terms(false) };
    let second = account_program::create_venue(&group, &authority, &authority, &second);
    two.ring.accept(world, "a second venue", &[second]);
    two.ring.refuse_all(
        world,
        &[
            ("a mark of nothing", 6094, mark(&two, 0)),
            ("a venue whose marks do not count", 6094, with(&good, 2, &seeds::find_venue(&group, 2).0)),
            ("another group's venue", 6094, with(&good, 2, &seeds::find_venue(&two.other.group(), 1).0)),
            ("somebody else", 6013, with(&good, 3, &two.bob.key.pubkey())),
            ("the authority", 6013, with(&good, 3, &authority)),
            ("an operator who did not sign", 3010, edited(&good, |mark| mark.accounts[3].is_signer = false)),
            ("no mark", 102, edited(&good, |mark| mark.data.truncate(8))),
            ("half a mark", 102, edited(&good, |mark| mark.data.truncate(12))),
        ],
    );
    two.refuse_versions(world, &alone(&good), &[(two.venue(), 6025)]);
    let change = |suspended| account_program::change_venue(&group, &authority, 1, &terms(suspended));
    two.ring.accept(world, "suspended", &[change(true)]);
    two.ring.refuse_all(world, &[("a suspended venue", 6027, good.clone())]);
    two.ring.accept(world, "no longer", &[change(false)]);
    let none = MarketTerms { venue: 0, ..market_terms() };
    let change = |terms: &MarketTerms| account_program::change_market(&group, &authority, BTC, terms);
    two.ring.accept(world, "no venue", &[change(&none)]);
    two.ring.refuse_all(world, &[("a venue of a market that has none", 6094, good.clone())]);
    two.ring.accept(world, "a venue", &[change(&market_terms())]);
    // Marks of any size count within the band only.
    for price in [1, u64::MAX, i64::MAX as u64, dollars(960)] {
        two.ring.accept(world, "a mark", &[mark(&two, price)]);
        let premium = world.market(&group, BTC).premium;
        assert!(premium.abs() <= market_terms().funding_band, "{price}: {premium}");
    }
}

fn funding_refuses_the_wrong_place(world: &mut World) {
    let two = TwoExchanges::new(world);
    let other = two.other.group();
    for good in [mark(&two, dollars(960)), update(&two)] {
        two.ring.refuse_all(
            world,
            &[
                ("another market's risk", 6021, with(&good, 1, &two.risk(ETH))),
                ("another group's risk", 6021, with(&good, 1, &seeds::find_market_risk(&other, BTC).0)),
                ("another market", 6021, with(&good, 0, &two.market(ETH))),
                ("a model for the risk", 6052, with(&good, 1, &seeds::find_model(&two.group()).0)),
                ("a market for the risk", 6052, with(&good, 1, &two.market(BTC))),
                ("a group for the market", 3002, with(&good, 0, &two.group())),
                ("a risk for the market", 3007, with(&good, 0, &two.risk(BTC))),
            ],
        );
        let versions = [(two.market(BTC), 6019), (two.risk(BTC), 6052)];
        two.refuse_versions(world, &alone(&good), &versions);
        two.ring.accept(world, "untampered", &[good]);
    }
    let foreign = with(&update(&two), 0, &seeds::find_market(&other, BTC).0);
    two.ring.refuse_all(world, &[("another group's market", 6021, foreign)]);
}

fn funding_is_never_stopped(world: &mut World) {
    let two = TwoExchanges::new(world);
    two.stop(world, pause::ALL);
    two.ring.accept(world, "stopped", &[mark(&two, dollars(960)), update(&two)]);
    world.svm.pass(700);
    two.ring.accept(world, "with old prices", &[update(&two)]);
    // The minute for which the price was good counts: 10 over 950, an eighth of it an hour, of 950 dollars a lot.
    let premium = (10_i128 << 40) / 950;
    let minute = (950_000_000 * (premium / 8) / 60) << 24;
    assert_eq!(world.market(&two.group(), BTC).funding_index.to_bits(), minute);
    // Time without a good price passes for free.
    world.svm.pass(700);
    two.ring.accept(world, "with older prices", &[update(&two)]);
    assert_eq!(world.market(&two.group(), BTC).funding_index.to_bits(), minute);
}
