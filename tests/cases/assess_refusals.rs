//! What an assessment refuses to be made of, with the error's number: it takes exactly the accounts that the book
//! needs, each its own group's, and a book that an account can hold.

use crate::{
    book_scene::{BookScene, BTC_DATES, IDLE, NEEDED, PRICELESS, SOL_DATE},
    refusal::{every_account_is_needed, refused, refused_with},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::MarginAccount,
    ids,
    risk::{Action, Assessment, CheckHealthArgs, MarketRisk, Model},
    seeds,
};
use ballast_testkit::{risk_program, Account, AccountMeta, Instruction, World, BTC, ETH, SOL};

const WRONG_GROUP: u32 = 6001;
const MODEL_VERSION_UNKNOWN: u32 = 6002;
const MARKET_VERSION_UNKNOWN: u32 = 6003;
const MODEL_INVALID: u32 = 6005;
const MODEL_IS_DRAFT: u32 = 6007;
const PRICE_MISSING: u32 = 6019;
const NUMBER_TOO_LARGE: u32 = 6020;
const MARKET_MISSING: u32 = 6042;
const MARKET_SUPERFLUOUS: u32 = 6043;
const MARKET_OUT_OF_ORDER: u32 = 6044;
const MARKET_RISK_WRONG: u32 = 6045;
const EXPIRY_UNKNOWN: u32 = 6046;
const BOOK_INVALID: u32 = 6047;
const STRIKE_OUT_OF_RANGE: u32 = 6048;

ballast_testkit::on_every_svm!(
    an_assessment_takes_exactly_the_markets_of_the_book,
    what_only_looks_like_a_market_is_refused,
    an_assessment_stays_within_one_group,
    an_assessment_needs_the_model_in_force,
    accounts_of_another_version_are_not_read,
    a_market_without_a_price_margins_nobody,
    every_assessment_needs_every_account,
    a_book_out_of_order_is_refused,
    positions_that_no_market_prices_are_refused,
);

/// The question with these accounts as markets.
fn asked(scene: &BookScene, risks: &[Pubkey]) -> Instruction {
    let mut assess = risk_program::assess(&scene.group(), &scene.account, &[]);
    assess.accounts.extend(risks.iter().map(|key| AccountMeta::new_readonly(*key, false)));
    assess
}

fn risk(scene: &BookScene, market: u16) -> Pubkey {
    seeds::find_market_risk(&scene.group(), market).0
}

fn an_assessment_takes_exactly_the_markets_of_the_book(world: &mut World) {
    let scene = BookScene::new(world);
    scene.report(world);
    let of = |markets: &[u16]| {
        let risks: Vec<_> = markets.iter().map(|market| risk(&scene, *market)).collect();
        asked(&scene, &risks)
    };
    let foreign = seeds::find_market_risk(&scene.two.other.group, IDLE).0;
    let beside = asked(&scene, &[risk(&scene, BTC), risk(&scene, ETH), risk(&scene, SOL), foreign]);
    let cases = [
        ("no market", MARKET_MISSING, of(&[])),
        ("the first one dropped", MARKET_MISSING, of(&[ETH, SOL])),
        ("the one of the collateral dropped", MARKET_MISSING, of(&[BTC, SOL])),
        ("the last one dropped", MARKET_MISSING, of(&[BTC, ETH])),
        ("one too many", MARKET_SUPERFLUOUS, of(&[BTC, ETH, SOL, IDLE])),
        ("another group's on top", WRONG_GROUP, beside),
        ("one for another", MARKET_MISSING, of(&[BTC, ETH, IDLE])),
        ("the first two swapped", MARKET_OUT_OF_ORDER, of(&[ETH, BTC, SOL])),
        ("the last two swapped", MARKET_OUT_OF_ORDER, of(&[BTC, SOL, ETH])),
        ("the first one twice", MARKET_OUT_OF_ORDER, of(&[BTC, BTC, ETH, SOL])),
        ("the last one twice", MARKET_OUT_OF_ORDER, of(&[BTC, ETH, SOL, SOL])),
        ("thirty-three at once", MARKET_OUT_OF_ORDER, of(&[BTC; 33])),
        ("more than can be given at once", MARKET_SUPERFLUOUS, of(&[BTC; 34])),
    ];
    for (what, code, instruction) in cases {
        refused_with(world, what, code, instruction, &[]);
    }
    // An account that holds nothing needs nothing.
    let (empty, _) = world.open_account(&scene.group(), &scene.owner, &scene.owner, 1);
    let one = risk_program::assess(&scene.group(), &empty, &[IDLE]);
    refused_with(world, "a market beside nothing", MARKET_SUPERFLUOUS, one, &[]);
    world.svm.send(&[risk_program::assess(&scene.group(), &empty, &[])], &[]).expect("an empty report");
}

fn what_only_looks_like_a_market_is_refused(world: &mut World) {
    let scene = BookScene::new(world);
    let real = world.svm.account(&risk(&scene, ETH)).unwrap();
    let edited = |edit: &dyn Fn(&mut Account)| {
        let mut account = real.clone();
        edit(&mut account);
        account
    };
    let twin = Pubkey::new_from_array([7; 32]);
    let cases = [
        ("a copy of another program", MARKET_RISK_WRONG, edited(&|a| a.owner = ids::ACCOUNT)),
        ("a wallet", MARKET_RISK_WRONG, Account::new(1_000_000_000, 0, &Pubkey::default())),
        ("another kind of account", MARKET_RISK_WRONG, edited(&|a| a.data[0] ^= 1)),
        ("an account of no kind", MARKET_RISK_WRONG, edited(&|a| a.data[..8].fill(0))),
        ("a byte too few", MARKET_RISK_WRONG, edited(&|a| a.data.truncate(2_559))),
        ("a byte too many", MARKET_RISK_WRONG, edited(&|a| a.data.push(0))),
        ("a tag alone", MARKET_RISK_WRONG, edited(&|a| a.data.truncate(8))),
        ("no bytes", MARKET_RISK_WRONG, edited(&|a| a.data.clear())),
        ("an older version", MARKET_VERSION_UNKNOWN, edited(&|a| a.data[8] = 0)),
        ("a newer version", MARKET_VERSION_UNKNOWN, edited(&|a| a.data[8] = 2)),
        ("another group's name on it", WRONG_GROUP, edited(&|a| a.data[16] ^= 1)),
    ];
    for (what, code, account) in cases {
        world.svm.set_account(&twin, account);
        let assess = asked(&scene, &[risk(&scene, BTC), twin, risk(&scene, SOL)]);
        refused_with(world, what, code, assess, &[]);
    }
    let group = scene.group();
    let others =
        [group, scene.account, seeds::find_model(&group).0, seeds::find_committee(&group).0, ids::RISK];
    for key in others {
        let assess = asked(&scene, &[risk(&scene, BTC), key, risk(&scene, SOL)]);
        refused_with(world, "an account of another kind", MARKET_RISK_WRONG, assess, &[]);
    }
}

fn an_assessment_stays_within_one_group(world: &mut World) {
    let scene = BookScene::new(world);
    // The other group's book is assessed by its own accounts, so nothing but the group is wrong below.
    let other = scene.two.other.group;
    world.svm.send(&[risk_program::assess(&other, &scene.foreign, &NEEDED)], &[]).expect("a report");
    let ours = scene.assess();
    let theirs = risk_program::assess(&other, &scene.foreign, &NEEDED);
    // Group, model, account, three markets: every mixture of the two groups.
    for mixture in 1u32..63 {
        let mut mixed = ours.clone();
        for (place, meta) in mixed.accounts.iter_mut().enumerate() {
            if mixture >> place & 1 != 0 {
                *meta = theirs.accounts[place].clone();
            }
        }
        refused_with(world, &format!("mixture {mixture:06b}"), WRONG_GROUP, mixed, &[]);
    }
}

fn an_assessment_needs_the_model_in_force(world: &mut World) {
    let scene = BookScene::new(world);
    let group = scene.group();
    let (address, draft) = (seeds::find_model(&group).0, seeds::find_draft(&group).0);
    scene.two.create_draft(world);
    let mut by_draft = scene.assess();
    by_draft.accounts[1].pubkey = draft;
    refused_with(world, "a draft for the model", MODEL_IS_DRAFT, by_draft, &[]);
    let mut by_group = scene.assess();
    by_group.accounts[1].pubkey = group;
    refused_with(world, "a group for the model", 3007, by_group, &[]);
    let mut by_committee = scene.assess();
    by_committee.accounts[1].pubkey = seeds::find_committee(&group).0;
    refused_with(world, "a committee for the model", 3002, by_committee, &[]);

    let model = world.model(&group);
    let cases = [
        ("an older version", MODEL_VERSION_UNKNOWN, Model { version: 0, ..model }),
        ("a newer version", MODEL_VERSION_UNKNOWN, Model { version: 2, ..model }),
        ("more rows than there are", MODEL_INVALID, Model { row_count: 41, ..model }),
        ("more correlations than there are", MODEL_INVALID, Model { correlation_count: 46, ..model }),
        ("a peg whose market is not given", MARKET_MISSING, Model { peg_market: IDLE, ..model }),
    ];
    for (what, code, edited) in cases {
        world.overwrite(&address, &edited);
        refused_with(world, what, code, scene.assess(), &[]);
    }
    // With the market of the peg it is an assessment again; that market is then none too many.
    let with_peg = risk_program::assess(&group, &scene.account, &[BTC, ETH, SOL, IDLE]);
    world.svm.send(&[with_peg], &[]).expect("a report");
}

fn accounts_of_another_version_are_not_read(world: &mut World) {
    let scene = BookScene::new(world);
    for version in [0, 1, 3] {
        for (address, code) in [(scene.group(), 6051), (scene.account, 6052)] {
            let good = world.svm.account(&address).unwrap();
            let mut other = good.clone();
            other.data[8] = version;
            world.svm.set_account(&address, other);
            let what = format!("version {version} of {address}");
            refused_with(world, &what, code, scene.assess(), &[]);
            if address == scene.account {
                let check = risk_program::check_sequence(&scene.account, 7);
                refused_with(world, &what, code, check, &[]);
            }
            world.svm.set_account(&address, good);
        }
    }
    world.svm.send(&[scene.assess()], &[]).expect("a report");
}

fn a_market_without_a_price_margins_nobody(world: &mut World) {
    let scene = BookScene::new(world);
    let group = scene.group();
    let leg = world.open_with_book(&scene.two.ours, &scene.owner, 1, |account| {
        let leg = &mut account.legs[0];
        (leg.market, leg.kind, leg.quantity) = (PRICELESS, 1, 1);
        (account.markets[0].market, account.markets[0].legs) = (PRICELESS, 1);
    });
    let token = world.open_with_book(&scene.two.ours, &scene.owner, 2, |account| {
        let token = &mut account.collateral[0];
        (token.amount, token.bank, token.market) = (1, 1, PRICELESS);
    });
    let of_leg = risk_program::assess(&group, &leg, &[PRICELESS]);
    refused_with(world, "a market without a price", PRICE_MISSING, of_leg, &[]);
    // A token never stops an assessment, or a liquidation: without a price it is worth nothing, and permits nothing.
    let of_token = risk_program::assess(&group, &token, &[PRICELESS]);
    let done = world.svm.send(&[of_token], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    let report = Assessment::from_bytes(&done.return_data).expect("a report");
    assert_eq!((report.value.get(), report.maintenance.get()), (0, 0));
    assert!(!Action::Increase.is_in(report.permitted) && Action::Liquidate.is_in(report.permitted));
    for market in [BTC, SOL] {
        let (address, before) = (risk(&scene, market), world.market_risk(&group, market));
        let mut lost: MarketRisk = before;
        lost.price.index = 0;
        world.overwrite(&address, &lost);
        refused_with(world, "a market that lost its price", PRICE_MISSING, scene.assess(), &[]);
        world.overwrite(&address, &before);
    }
    // Ether is held as a token alone.
    let (address, before) = (risk(&scene, ETH), world.market_risk(&group, ETH));
    let whole = scene.report(world).value.get();
    let mut lost: MarketRisk = before;
    lost.price.index = 0;
    world.overwrite(&address, &lost);
    // Five of them at 3 500 dollars, in 10^-10.
    assert_eq!(whole - scene.report(world).value.get(), 17_500 * 10_000_000_000);
    world.overwrite(&address, &before);
    scene.report(world);
}

fn every_assessment_needs_every_account(world: &mut World) {
    let scene = BookScene::new(world);
    let (group, account) = (scene.group(), scene.account);
    let args = CheckHealthArgs { least_health: None, least_room: None, permitted: 0 };
    for instruction in [
        scene.assess(),
        risk_program::publish_assessment(&group, &account, &NEEDED),
        risk_program::check_health(&group, &account, &NEEDED, args),
    ] {
        every_account_is_needed(world, &instruction, &[], &[]);
        for (place, stranger) in (0..instruction.accounts.len())
            .flat_map(|place| scene.strangers().into_iter().map(move |key| (place, key)))
        {
            let mut exchanged = instruction.clone();
            exchanged.accounts[place].pubkey = stranger;
            refused(world, &format!("account {place} exchanged for {stranger}"), exchanged, &[]);
        }
        world.svm.send(&[instruction], &[]).expect("untampered, it is answered");
    }
}

/// What is wrong with a book, the error's number, and how it comes to be so.
type Case<'a> = (&'a str, u32, &'a dyn Fn(&mut MarginAccount));

/// Puts an edited book into the account, past all rules, and asks for its assessment.
fn refuse_books(world: &mut World, scene: &BookScene, cases: &[Case]) {
    let good: MarginAccount = world.typed(&scene.account);
    for (what, code, edit) in cases {
        let mut bad = good;
        edit(&mut bad);
        world.overwrite(&scene.account, &bad);
        refused_with(world, what, *code, scene.assess(), &[]);
    }
    world.overwrite(&scene.account, &good);
    scene.report(world);
}

fn a_book_out_of_order_is_refused(world: &mut World) {
    let scene = BookScene::new(world);
    // A perp; a call, a put at one strike and a call at a higher one of one date; a put of a later date; SOL.
    refuse_books(
        world,
        &scene,
        &[
            ("a leg of no kind", BOOK_INVALID, &|a| a.legs[0].kind = 0),
            ("a leg of an unknown kind", BOOK_INVALID, &|a| a.legs[1].kind = 5),
            ("a leg of the last kind of all", BOOK_INVALID, &|a| a.legs[5].kind = 255),
            ("markets that fall", BOOK_INVALID, &|a| a.legs[..6].rotate_right(1)),
            ("a market in two places", BOOK_INVALID, &|a| a.legs[4..6].reverse()),
            ("dates that fall", BOOK_INVALID, &|a| a.legs[3..5].reverse()),
            ("a date in two places", BOOK_INVALID, &|a| a.legs[2..5].rotate_right(1)),
            ("strikes that fall", BOOK_INVALID, &|a| a.legs[2..4].reverse()),
            ("kinds that fall", BOOK_INVALID, &|a| a.legs[1..3].reverse()),
            ("a perp behind a date", BOOK_INVALID, &|a| a.legs[..2].reverse()),
            ("an instrument twice", BOOK_INVALID, &|a| a.legs[2] = a.legs[1]),
            ("a perp twice", BOOK_INVALID, &|a| a.legs[1] = a.legs[0]),
        ],
    );
}

fn positions_that_no_market_prices_are_refused(world: &mut World) {
    let scene = BookScene::new(world);
    // The forward is 95 500 dollars, and a strike may be e^24 times lower, which lies between 360 and 361 of 10^-8.
    let least = 361;
    refuse_books(
        world,
        &scene,
        &[
            ("a date a second late", EXPIRY_UNKNOWN, &|a| a.legs[4].expiry += 1),
            ("a date a second early", EXPIRY_UNKNOWN, &|a| a.legs[4].expiry -= 1),
            ("a date of another market", EXPIRY_UNKNOWN, &|a| a.legs[4].expiry = SOL_DATE),
            ("the same the other way round", EXPIRY_UNKNOWN, &|a| a.legs[5].expiry = BTC_DATES[1]),
            ("an option without a date", EXPIRY_UNKNOWN, &|a| a.legs[1].expiry = 0),
            ("a date before all time", EXPIRY_UNKNOWN, &|a| a.legs[1].expiry = i64::MIN),
            ("a date after all time", EXPIRY_UNKNOWN, &|a| a.legs[5].expiry = i64::MAX),
            ("an option without a strike", STRIKE_OUT_OF_RANGE, &|a| a.legs[1].strike = 0),
            ("a strike too far", STRIKE_OUT_OF_RANGE, &|a| a.legs[1].strike = least - 1),
            ("a strike beyond all numbers", NUMBER_TOO_LARGE, &|a| a.legs[4].strike = u64::MAX),
            ("lots beyond all numbers", NUMBER_TOO_LARGE, &|a| a.legs[0].quantity = i64::MAX),
            ("as many of them sold", NUMBER_TOO_LARGE, &|a| a.legs[5].quantity = i64::MIN),
            ("tokens of another market", MARKET_MISSING, &|a| a.collateral[0].market = IDLE),
            ("tokens of no market", MARKET_MISSING, &|a| a.collateral[0].market = 0),
            ("no tokens, whose market is given", MARKET_SUPERFLUOUS, &|a| a.collateral[0].bank = 0),
            ("a leg of another market", MARKET_MISSING, &|a| a.legs[5].market = IDLE),
            ("no leg of a market that is given", MARKET_SUPERFLUOUS, &|a| a.legs[5].market = 0),
        ],
    );
    let mut account: MarginAccount = world.typed(&scene.account);
    account.legs[1].strike = least;
    world.overwrite(&scene.account, &account);
    scene.report(world);
}
