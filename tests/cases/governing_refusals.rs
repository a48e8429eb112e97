//! What `change_group`, `stop`, `create_venue`, `change_venue` and `open_vault` refuse, with the error's number; nothing
//! changes when they do.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Ring, Tampering},
    two_exchanges::{overwrite, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{pause, CreateVenueArgs, Group, GroupRules, Venue, VenueTerms};
use ballast_testkit::{account_program, actor, fraction, group_rules, GroupSpec, Instruction, Signer, World};

on_litesvm!(governing_needs_every_account);
ballast_testkit::on_every_svm!(
    change_group_refuses_rules,
    stop_refuses_switches_and_times,
    venues_refuse_terms,
    open_vault_refuses_mints_and_a_second_time,
    only_the_authority_governs,
);

const NOBODY: Pubkey = Pubkey::new_from_array([0; 32]);
const WHOLE: i64 = 1 << 40;

fn change(two: &TwoExchanges, rules: &GroupRules) -> Instruction {
    account_program::change_group(&two.group(), &two.authority(), rules)
}

fn terms() -> VenueTerms {
    let (operator, fee_owner) = (actor("operator").pubkey(), actor("venue's treasury").pubkey());
    VenueTerms { operator, fee_owner, fee_cap: Venue::HIGHEST_FEE, suspended: false }
}

fn create(two: &TwoExchanges, venue: u16, terms: VenueTerms) -> Instruction {
    let args = CreateVenueArgs { venue, terms };
    account_program::create_venue(&two.group(), &two.authority(), &two.payer(), &args)
}

fn change_venue(two: &TwoExchanges, terms: &VenueTerms) -> Instruction {
    account_program::change_venue(&two.group(), &two.authority(), 1, terms)
}

/// A third group, which has no vault yet.
fn bare(two: &TwoExchanges, world: &mut World) -> Pubkey {
    let (group, _) = world.create_group(&GroupSpec {
        creator: &two.ours.risk.authority,
        payer: &two.ours.risk.authority,
        quote_mint: two.ours.dollar,
        index: 3,
        authority: two.authority(),
        guardian: actor("guardian").pubkey(),
    });
    group
}

fn governing_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    let (group, other) = (two.group(), two.other.group());
    // The authority is the same at both exchanges, and governs each.
    let tampering = Tampering { strangers: &strangers, by_right: &[(0, other)], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&change(&two, &group_rules())));
    let by_right = [(0, other), (1, two.authority())];
    let tampering = Tampering { strangers: &strangers, by_right: &by_right, ..Tampering::default() };
    let stop = account_program::stop(&group, &actor("guardian").pubkey(), pause::ALL, 60);
    tampering.refuse(world, &two.ring, &alone(&stop));
    let tampering = Tampering { strangers: &strangers, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&change_venue(&two, &terms())));
    // Anybody may pay.
    let tampering = Tampering { strangers: &strangers, free: &[3], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&create(&two, 2, terms())));
    let group = bare(&two, world);
    let vault = account_program::open_vault(&group, &two.ours.dollar, &spl_token_interface::ID, &two.payer());
    tampering.refuse(world, &two.ring, &alone(&vault));
}

fn change_group_refuses_rules(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of = |edit: &dyn Fn(&mut GroupRules)| {
        let mut rules = group_rules();
        edit(&mut rules);
        change(&two, &rules)
    };
    let most = 1_u64 << 60;
    two.ring.refuse_all(
        world,
        &[
            ("more than all fees", 6017, of(&|rules| rules.fee_share = WHOLE + 1)),
            ("fees below zero", 6017, of(&|rules| rules.fee_share = -1)),
            ("the highest share", 6017, of(&|rules| rules.fee_share = i64::MAX)),
            ("a kink at the end", 6017, of(&|rules| rules.kink = WHOLE)),
            ("a kink below zero", 6017, of(&|rules| rules.kink = i64::MIN)),
            ("a rate below zero", 6017, of(&|rules| rules.rate_idle = -1)),
            ("a rate that falls", 6017, of(&|rules| rules.rate_idle = rules.rate_kink + 1)),
            ("a rate that falls at the end", 6017, of(&|rules| rules.rate_full = rules.rate_kink - 1)),
            ("more than four hundred per cent", 6017, of(&|rules| rules.rate_full = 4 * WHOLE + 1)),
            ("a cap too large", 6017, of(&|rules| rules.borrow_cap = most + 1)),
            ("the largest cap", 6017, of(&|rules| rules.borrow_cap = u64::MAX)),
            ("a day too large", 6017, of(&|rules| rules.outflow_day = most + 1)),
            ("an hour of more than a day", 6017, of(&|rules| rules.outflow_hour = rules.outflow_day + 1)),
            ("no rules", 102, edited(&of(&|_| ()), |change| change.data.truncate(8))),
            ("half the rules", 102, edited(&of(&|_| ()), |change| change.data.truncate(60))),
        ],
    );
    let good: [(&str, Instruction); 3] = [
        (
            "the most of everything",
            of(&|rules| {
                (rules.fee_share, rules.kink, rules.rate_full) = (WHOLE, WHOLE - 1, 4 * WHOLE);
                (rules.borrow_cap, rules.outflow_hour, rules.outflow_day) = (most, most, most);
            }),
        ),
        ("the least of everything", of(&|rules| *rules = GroupRules::default())),
        ("as before", of(&|_| ())),
    ];
    for (what, step) in good {
        two.ring.accept(world, what, &[step]);
    }
}

fn stop_refuses_switches_and_times(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (group, guardian, authority) = (two.group(), actor("guardian").pubkey(), two.authority());
    let longest = 6 * 3_600;
    let now = world.svm.now();
    for by in [guardian, authority] {
        let of = |what, seconds| account_program::stop(&group, &by, what, seconds);
        two.ring.refuse_all(
            world,
            &[
                ("a switch that there is not", 6017, of(4, 60)),
                ("all switches and more", 6017, of(7, 60)),
                ("every bit", 6017, of(u32::MAX, 60)),
                ("a second too long", 6043, of(1, longest + 1)),
                ("for ever", 6043, of(1, u32::MAX)),
                ("no time", 102, edited(&of(1, 60), |stop| stop.data.truncate(12))),
            ],
        );
        two.ring.accept(world, "as long as can be", &[of(pause::ALL, longest)]);
    }
    // The guardian takes nothing back; the authority does.
    let held = |world: &mut World| {
        let group: Group = world.typed(&group);
        (group.paused, group.paused_until)
    };
    let of = |by: &Pubkey, what, seconds| [account_program::stop(&group, by, what, seconds)];
    two.ring.accept(world, "nothing, by the guardian", &of(&guardian, 0, 0));
    assert_eq!(held(world), (pause::ALL, now + i64::from(longest)));
    two.ring.accept(world, "nothing, by the authority", &of(&authority, 0, 0));
    assert_eq!(held(world), (0, now));
    two.ring.refuse_all(
        world,
        &[
            ("a stranger", 6010, of(&two.bob.key.pubkey(), 1, 60)[0].clone()),
            ("the operator", 6010, of(&two.ours.operator.pubkey(), 1, 60)[0].clone()),
        ],
    );
    // A guardian rests for as long as the longest stop lasts.
    let [stop] = of(&guardian, 1, 60);
    two.ring.refuse_all(world, &[("the guardian at once", 6043, stop.clone())]);
    world.svm.pass(i64::from(longest) - 1);
    two.ring.refuse_all(world, &[("a second early", 6043, stop.clone())]);
    world.svm.pass(1);
    two.refuse_versions(world, &alone(&stop), &[(group, 6005)]);
    two.ring.accept(world, "the guardian", &[stop]);
}

fn venues_refuse_terms(world: &mut World) {
    let two = TwoExchanges::new(world);
    type Edit<'a> = (&'a str, &'a dyn Fn(&mut VenueTerms));
    let cases: [Edit; 6] = [
        ("no operator", &|terms| terms.operator = NOBODY),
        ("no owner of fees", &|terms| terms.fee_owner = NOBODY),
        ("a fee too high", &|terms| terms.fee_cap += 1),
        ("the highest fee", &|terms| terms.fee_cap = i64::MAX),
        ("a fee below zero", &|terms| terms.fee_cap = -1),
        ("the lowest fee", &|terms| terms.fee_cap = i64::MIN),
    ];
    for (what, edit) in cases {
        let mut bad = terms();
        edit(&mut bad);
        two.ring.refuse_all(
            world,
            &[(what, 6026, create(&two, 2, bad.clone())), (what, 6026, change_venue(&two, &bad))],
        );
    }
    let neither = edited(&change_venue(&two, &terms()), |change| *change.data.last_mut().unwrap() = 2);
    two.ring.refuse_all(
        world,
        &[
            ("the first venue again", 0, create(&two, 1, terms())),
            ("number zero", 6028, create(&two, 0, terms())),
            ("a number left out", 6028, create(&two, 3, terms())),
            ("the last number of all", 6028, create(&two, u16::MAX, terms())),
            ("neither suspended nor not", 102, neither),
            ("another venue's address", 2006, with(&create(&two, 2, terms()), 1, &two.venue())),
        ],
    );
    two.refuse_versions(world, &alone(&change_venue(&two, &terms())), &[(two.venue(), 6025)]);
    two.ring.accept(world, "the next", &[create(&two, 2, terms())]);
    two.ring.accept(world, "another term", &[change_venue(&two, &VenueTerms { fee_cap: 0, ..terms() })]);
    overwrite(world, &two.group(), |group: &mut Group| group.venue_count = u16::MAX);
    two.ring.refuse_all(world, &[("after the last of all", 6028, create(&two, 3, terms()))]);
}

fn open_vault_refuses_mints_and_a_second_time(world: &mut World) {
    let two = TwoExchanges::new(world);
    let group = bare(&two, world);
    let (dollar, token) = (two.ours.dollar, spl_token_interface::ID);
    let good = account_program::open_vault(&group, &dollar, &token, &two.payer());
    let taken = account_program::open_vault(&two.group(), &dollar, &token, &two.payer());
    two.ring.refuse_all(
        world,
        &[
            ("another mint", 6033, with(&good, 1, &two.ours.mints[0])),
            ("another group's vault", 2006, with(&good, 2, &taken.accounts[2].pubkey)),
            ("a second vault", 0, taken),
            ("no token program", 3008, with(&good, 4, &NOBODY)),
        ],
    );
    two.refuse_versions(world, &alone(&good), &[(group, 6005)]);
    two.ring.accept(world, "by anybody", std::slice::from_ref(&good));
    two.ring.refuse_all(world, &[("a second time", 0, good)]);
}

fn only_the_authority_governs(world: &mut World) {
    let two = TwoExchanges::new(world);
    let others = [actor("guardian").pubkey(), two.bob.key.pubkey(), two.ours.operator.pubkey()];
    let rules = GroupRules { kink: fraction(0.5), ..group_rules() };
    let steps = [(change(&two, &rules), 1), (create(&two, 2, terms()), 2), (change_venue(&two, &terms()), 2)];
    for (step, place) in steps {
        for other in others {
            two.ring.refuse_all(world, &[("somebody else", 6009, with(&step, place, &other))]);
        }
        let unsigned = edited(&step, |step| step.accounts[place].is_signer = false);
        two.ring.refuse_all(world, &[("an authority who did not sign", 3010, unsigned)]);
        two.refuse_versions(world, &alone(&step), &[(two.group(), 6005)]);
        two.ring.accept(world, "the authority", &[step]);
    }
    let ring: &Ring = &two.ring;
    assert!(ring.0.len() > others.len());
}
