//! A group from nothing, twice, and after being broken off at every step.

use crate::bench::{file, parsed, text, Bench};
use ballast_client::{tokens, Exchange, Signer};
use ballast_interface::{account::Group, risk::Committee, seeds};
use ballast_migrations::{apply, Progress, Sign};
use ballast_testkit::{
    actor, feed_id, group_rules, market_terms, price_account, rescue_rules, rules, DOLLAR,
};

/// Steps that found the local network: the group with its mint, vault, rules, model, committee, fund, venue; then for each
/// of three markets its risk, its terms and two dates; and three banks with their mints.
const STEPS: usize = 7 + 3 * 4 + 3;

#[test]
fn the_local_network_is_that_of_the_testkit() {
    let bench = Bench::new();
    let description = file("localnet.toml");
    let names = ["attestor-0", "attestor-1", "attestor-2", "authority", "guardian", "operator"];
    assert_eq!(description.key_names(), names);
    let plan = bench.plan(&description).expect("a plan");
    assert!(
        plan.lines.iter().all(|line| line.sign != Sign::Change && line.sign != Sign::Refuse),
        "{}",
        plan.diff()
    );
    // Mints that no key is named for have no address that a plan could promise.
    for line in ["+ quote mint (a new address, 6 decimals)\n", "+ bank 1 (mint a new address)\n"] {
        assert!(plan.diff().contains(line), "{}", plan.diff());
    }
    let lamports = || {
        let payer = bench.wait(bench.chain.account(&bench.sender.payer()));
        payer.expect("an answer").expect("an account").lamports
    };
    let before = lamports();
    let mut heard = vec![];
    let mut watch = |told: Progress<'_>| heard.push(told.step);
    let done = bench.wait(apply(&plan, &bench.sender, &mut watch));
    let done = done.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((done.len(), heard.len()), (STEPS, STEPS), "{done:?}");

    // The rents to the lamport; what is more are fees, of five thousand a signature.
    let fees = before - lamports() - plan.cost.rents;
    assert!((5_000 * STEPS as u64..4 * 5_000 * STEPS as u64).contains(&fees), "{fees} {:?}", plan.cost);
    assert_eq!((plan.cost.buffers, plan.cost.most), (0, plan.cost.rents));
    let group = seeds::find_group(&actor("authority").pubkey(), 1).0;
    assert_eq!(plan.group, Some(group));
    let exchange = bench.wait(Exchange::load(&bench.chain, &group)).expect("a group");
    assert_eq!(exchange.group.guardian, actor("guardian").pubkey());
    // The testkit's fees go to a treasury of its own; all other rules are the same.
    let mut expected = group_rules();
    expected.fee_owner = actor("authority").pubkey();
    assert_eq!(exchange.group.rules, expected);
    assert_eq!(exchange.fund.as_ref().expect("a fund").rules, rescue_rules());
    let committee: Committee = bench.wait(bench.chain.get(&seeds::find_committee(&group).0)).expect("one");
    let seats = ["attestor 0", "attestor 1", "attestor 2"].map(|name| actor(name).pubkey());
    assert_eq!((committee.attestors(), committee.threshold), (&seats[..], 2));
    assert_eq!(exchange.venues[&1].operator, actor("operator").pubkey());
    let now = bench.wait(bench.chain.now()).expect("a clock");
    for number in 1..=3 {
        let risk = &exchange.risks[&number].rules;
        assert_eq!(*risk, rules(&group, number));
        assert_eq!((risk.feed.account, risk.feed.id), (price_account(&group, number), feed_id(number)));
        let market = &exchange.markets[&number];
        // The testkit's cap is in lots, of another number of contracts in each market.
        let expected = ballast_interface::account::MarketTerms {
            open_interest_cap: market.terms.open_interest_cap,
            tick: market.terms.tick,
            ..market_terms()
        };
        assert_eq!(market.terms, expected);
        // Two Fridays at eight, a week apart, the first of them more than a day and less than nine ahead. The first day of
        // 1970 was a Thursday.
        let [first, second] = market.dates() else { panic!("two dates") };
        assert_eq!((first.expiry % 86_400, first.expiry / 86_400 % 7), (28_800, 1));
        assert_eq!(second.expiry, first.expiry + 7 * 86_400);
        assert!((86_400..9 * 86_400).contains(&(first.expiry - now)), "{}", first.expiry - now);
        let bank = &exchange.banks[&number];
        assert_eq!((bank.market, bank.decimals, bank.cap), (number, 8, 10_000_000 * 100_000_000));
    }
    // A cent of a hundredth of a bitcoin, of a tenth of a SOL; a hundred thousand contracts.
    let terms = |number: u16| {
        (exchange.markets[&number].terms.tick, exchange.markets[&number].terms.open_interest_cap)
    };
    assert_eq!((terms(1), terms(3)), ((100, 10_000_000), (1_000, 1_000_000)));
    let owner = actor("authority").pubkey();
    let purse = tokens::purse(&owner, &exchange.group.quote_mint, &tokens::PROGRAM);
    let dollars = bench.wait(tokens::balance(&bench.chain, &purse.account)).expect("a balance");
    assert_eq!(dollars, 10_000_000 * DOLLAR as u64);

    let again = bench.plan(&description).expect("a plan");
    assert!(again.is_empty() && again.steps.is_empty(), "{}", again.diff());
    // The three programs, the group, vault, group rules, model, committee, fund, venue, and what the markets have.
    assert!(again.diff().ends_with("Nothing to do: 25 the same.\n"), "{}", again.diff());
    assert_eq!(bench.apply(&again).expect("nothing").len(), 0);
}

#[test]
fn what_was_broken_off_is_gone_on_with() {
    let bench = Bench::new();
    let description = parsed(&text("localnet.toml"));
    let mut left = STEPS;
    // Each time one step more than the last: every step is once the last one before the break.
    for broken in 0.. {
        let plan = bench.plan(&description).expect("a plan");
        assert_eq!(plan.steps.len(), left, "{}", plan.diff());
        if plan.is_empty() {
            break;
        }
        let some = plan.first(1 + broken % 3);
        left -= bench.apply(&some).unwrap_or_else(|error| panic!("{error}")).len();
    }
    assert_eq!(left, 0);
    let group = seeds::find_group(&actor("authority").pubkey(), 1).0;
    let exchange = bench.wait(Exchange::load(&bench.chain, &group)).expect("a group");
    let counts = [exchange.markets.len(), exchange.risks.len(), exchange.banks.len(), exchange.venues.len()];
    assert_eq!(counts, [3, 3, 3, 1]);
    assert!(exchange.markets.values().all(|market| market.dates().len() == 2));
}

#[test]
fn a_mint_with_a_key_is_made_once() {
    let mut bench = Bench::new();
    bench.keys = bench.keys.clone().with("dollar", actor("dollar"));
    let of = |index: u16| {
        parsed(&format!(
            "[group]\nindex = {index}\nguardian = \"guardian\"\ncreate_mint = 6\nmint = 5\nmint_key = \"dollar\"\n\
             [committee]\nattestors = [\"attestor-0\"]\n"
        ))
    };
    let mint = actor("dollar").pubkey();
    // Somebody who knows the address sends lamports there.
    bench.give(&mint, 1_000_000);
    let made = format!("+ quote mint ({mint}, 6 decimals)\n");
    for (index, is_made) in [(1, true), (2, false)] {
        let description = of(index);
        assert_eq!(bench.diff(&description).contains(&made), is_made, "{}", bench.diff(&description));
        // The group, its vault, rules, model, committee and fund.
        assert_eq!(bench.migrate(&description).len(), 6);
        let group = seeds::find_group(&actor("authority").pubkey(), index).0;
        let group: Group = bench.wait(bench.chain.get(&group)).expect("a group");
        assert_eq!((group.quote_mint, group.quote_decimals), (mint, 6));
    }
    let purse = tokens::purse(&actor("authority").pubkey(), &mint, &tokens::PROGRAM);
    let dollars = bench.wait(tokens::balance(&bench.chain, &purse.account)).expect("a balance");
    assert_eq!(dollars, 5_000_000, "only the first time");
    // Without its file the key is not just any other, not even where the mint is made; but the address will do there.
    let with = |name: &str| {
        parsed(&format!(
            "[group]\nindex = 1\nguardian = \"guardian\"\ncreate_mint = 6\nmint_key = \"{name}\"\n\
             [committee]\nattestors = [\"attestor-0\"]\n"
        ))
    };
    let missing = bench.plan(&with("dolar")).err().expect("it is refused").to_string();
    assert_eq!(missing, "dolar: there is no such key");
    assert!(bench.plan(&with(&mint.to_string())).expect("a plan").is_empty());
    // Another mint for a group that has one.
    bench.keys = bench.keys.clone().with("dollar", actor("euro"));
    let plan = bench.plan(&of(1)).expect("a plan");
    let line = format!("! group.quote_mint {mint} -> {}: it never changes", actor("euro").pubkey());
    assert_eq!(plan.refusals().map(ToString::to_string).collect::<Vec<_>>(), [line]);
}

#[test]
fn a_mint_that_is_there_must_be_the_described_one() {
    let mut bench = Bench::new();
    let mint = actor("dollar").pubkey();
    bench.keys = bench.keys.clone().with("dollar", actor("dollar"));
    let of = |quote: &str| {
        let committee = "[committee]\nattestors = [\"attestor-0\"]\n";
        format!("[group]\nguardian = \"guardian\"\n{quote}\n{committee}")
    };
    // Somebody who saw the key made a mint there.
    let (payer, stranger) = (bench.sender.payer(), actor("stranger").pubkey());
    let made = bench.wait(tokens::create_mint(&bench.chain, &payer, &mint, &stranger, 6)).expect("a mint");
    bench.wait(bench.sender.send(&made, &[&actor("dollar")])).expect("it is made");
    let refusals = |text: &str| -> Vec<String> {
        let plan = bench.plan(&parsed(text)).unwrap_or_else(|error| panic!("{error}"));
        plan.refusals().map(ToString::to_string).collect()
    };
    let made = |places: u8| of(&format!("create_mint = {places}\nmint_key = \"dollar\""));
    let authority = actor("authority").pubkey();
    assert_eq!(refusals(&made(6)), [format!("! mint {mint}: {authority} may not make its tokens")]);
    assert_eq!(refusals(&made(7)), [format!("! mint {mint}: it has 6 decimals, and not 7")]);
    // Taken as it is, it may be anybody's; but a bank's has the decimals of its market.
    let taken = of(&format!("quote_mint = \"{mint}\""));
    assert_eq!(refusals(&taken), Vec::<String>::new());
    let feed = "feed = \"4cSM2e6rvbGQUFiJbqytoVMi5GgghSMr8LwVrT9VPSPo\"\nfeed_id = \"e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43\"\n";
    let bank = format!("{taken}[[markets]]\n{feed}[[banks]]\nmarket = 1\ncap = 1\nmint = \"{mint}\"\n");
    assert_eq!(refusals(&bank), [format!("! mint {mint}: it has 6 decimals, and not 8")]);
}
