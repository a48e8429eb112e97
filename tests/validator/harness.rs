//! The harness itself: what it puts into genesis is there, what it says of a transaction is what happened, and what it may
//! not do is refused.

use crate::feed_cases;
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::instructions as account_program,
    ids,
    risk::{Assessment, Preset, RECEIVERS},
};
use ballast_testkit::{
    actor, limit, price_account, risk_program,
    validator::{rehearsal, write_price, Genesis, Validator},
    Account, Arch, Exchange, Failure, Instruction, Keypair, Lite, Outcome, PriceUpdate, Signer, Svm, Trader,
    World, BTC, DOLLAR, ETH,
};
use std::{
    any::Any,
    fs,
    net::TcpStream,
    panic::{catch_unwind, AssertUnwindSafe},
    path::Path,
};

/// A dollar, in the oracle's 10^-8.
const ORACLE: i64 = 100_000_000;
/// A dollar, in the engine's 10^-10.
const INDEX: u64 = 10_000_000_000;
/// Where the loader keeps a program's bytes: behind so many of its own.
const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
const HEADER: usize = 45;

/// An exchange with a trader, in LiteSVM.
fn rehearsed(arch: Arch) -> (World, Exchange, Trader) {
    let mut world = rehearsal(arch);
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
    world.set_price(&exchange.risk, BTC, 95_000 * ORACLE);
    world.set_price(&exchange.risk, ETH, 3_400 * ORACLE);
    let anna = world.trader(&exchange, "anna", 10_000 * DOLLAR);
    world.deposit_token(&exchange, &anna, 1, 100_000_000);
    (world, exchange, anna)
}

/// The LiteSVM under a world.
fn lite(world: World) -> Lite {
    let svm: Box<dyn Any> = world.svm;
    *svm.downcast().expect("a rehearsal is in LiteSVM")
}

/// With what sentence something ends.
fn sentence(what: impl FnOnce()) -> String {
    let said = catch_unwind(AssertUnwindSafe(what)).expect_err("it must not be possible");
    let text = said.downcast_ref::<String>().cloned();
    text.or_else(|| said.downcast_ref::<&str>().map(ToString::to_string)).expect("a sentence")
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn genesis_holds_a_world_and_its_programs_byte_for_byte() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, exchange, anna) = rehearsed(arch);
        let lite = lite(world);
        let accounts = lite.accounts();
        let named = [exchange.group(), exchange.dollar, anna.account, anna.purse.account, anna.key.pubkey()];
        for address in named.iter().chain(&exchange.mints).chain([&price_account(&exchange.group(), ETH)]) {
            assert!(accounts.iter().any(|(other, _)| other == address), "{address} is part of the world");
        }
        let mut validator = Genesis::world(World::new(lite)).start();
        let seen = |account: Account| (account.lamports, account.owner, account.executable, account.data);
        for (address, account) in accounts {
            let held = validator.account(&address).unwrap_or_else(|| panic!("{address} is not there"));
            assert_eq!(seen(held), seen(account), "{address}");
        }
        let programs = [("account", ids::ACCOUNT), ("liquidation", ids::LIQUIDATION), ("risk", ids::RISK)];
        for (name, id) in programs {
            let folder = if arch == Arch::V0 { "v0" } else { "v3" };
            let built = format!("../../target/deploy/{folder}/ballast_{name}.so");
            let built = fs::read(built).expect("it is built");
            let kept = Pubkey::find_program_address(&[id.as_ref()], &LOADER).0;
            let kept = validator.account(&kept).expect("the loader keeps it").data;
            assert!(kept[HEADER..].starts_with(&built), "{name} for {arch}");
            assert!(validator.account(&id).expect("it is there").executable, "{name} for {arch}");
        }
    }
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn a_price_moves_by_the_feed_and_is_taken_over_by_the_program() {
    let (world, exchange, _) = rehearsed(Arch::V3);
    let (group, spec) = (exchange.group(), &exchange.risk);
    let [btc, eth] = [BTC, ETH].map(|market| price_account(&group, market));
    // The feed of ETH belongs to the other receiver, which the market's rules do not name.
    let mut genesis = Genesis::world(world);
    let strange = |world: &mut World| PriceUpdate { owner: RECEIVERS[1], ..world.price_update(ETH, 1) };
    genesis = genesis.account(eth, strange(&mut rehearsal(Arch::V3)).account());
    let mut world = World::new(genesis.start());
    let before = world.market_risk(&group, BTC).price;
    assert_eq!(before.index, 95_000 * INDEX);

    world.svm.pass(1);
    let update = world.price_update(BTC, 96_000 * ORACLE);
    world.publish(&btc, &update);
    assert_eq!(world.svm.account(&btc), Some(update.account()));
    assert_eq!(world.market_risk(&group, BTC).price, before, "nobody has taken it over");
    let refresh = risk_program::refresh_price(&group, BTC, &btc);
    world.svm.send(std::slice::from_ref(&refresh), &[]).expect("taken over");
    let taken = world.market_risk(&group, BTC).price;
    assert_eq!((taken.index, taken.published_at), (96_000 * INDEX, update.published_at));

    // In one transaction, and by the world's own way.
    world.svm.pass(1);
    let update = world.price_update(BTC, 97_000 * ORACLE);
    let steps = [write_price(&btc, &update), refresh.clone()];
    world.svm.send(&steps, &[&actor("pusher")]).expect("both in one");
    assert_eq!(world.market_risk(&group, BTC).price.index, 97_000 * INDEX);
    world.svm.pass(1);
    world.set_price(spec, BTC, 98_000 * ORACLE);
    let last = world.market_risk(&group, BTC).price;
    assert_eq!(last.index, 98_000 * INDEX);

    // The program looks at owner, address and layout itself.
    let refused = |world: &mut World, what: &str, code: u32, refresh: &Instruction| {
        let failure = world.svm.send(std::slice::from_ref(refresh), &[]).expect_err(what);
        assert_eq!(failure.code(), Some(code), "{what}: {failure:#?}");
    };
    let strange = strange(&mut world);
    world.publish(&eth, &strange);
    refused(&mut world, "another owner", 6012, &risk_program::refresh_price(&group, ETH, &eth));
    refused(&mut world, "another address", 6011, &risk_program::refresh_price(&group, BTC, &eth));
    let mut update = world.price_update(BTC, 99_000 * ORACLE).account();
    update.data[0] ^= 1;
    world.svm.set_account(&btc, update);
    refused(&mut world, "another layout", 6013, &refresh);
    assert_eq!(world.market_risk(&group, BTC).price, last);
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn the_feed_refuses_on_a_validator_as_elsewhere() {
    let [feed, other] = RECEIVERS;
    let accounts = feed_cases::accounts(&feed, &other);
    let with = |genesis: Genesis, (address, account)| genesis.account(address, account);
    let genesis = accounts.into_iter().fold(Genesis::bare(), with);
    feed_cases::play(&mut World::new(genesis.start()), &feed);
}

/// What is seen of a transaction.
fn seen(sent: &Result<Outcome, Failure>) -> String {
    match sent {
        Ok(done) => format!("{} units, {:?}\n{:#?}", done.compute_units, done.events, done.logs),
        Err(failed) => {
            let Failure { reason, logs } = failed;
            format!("{reason:?} at {:?}, number {:?}\n{logs:#?}", failed.place(), failed.code())
        }
    }
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn a_transaction_tells_by_rpc_what_it_tells_in_litesvm() {
    let (world, exchange, anna) = rehearsed(Arch::V3);
    let (group, owner) = (exchange.group(), anna.key.pubkey());
    let lite = lite(world);
    let mut worlds = [World::new(lite.clone()), World::new(Genesis::world(World::new(lite)).start())];
    let deposit =
        |amount: u64| account_program::deposit(&group, &anna.account, 0, 0, &anna.purse, &owner, amount, &[]);
    let price = price_account(&group, BTC);
    let strange = risk_program::refresh_price(&group, ETH, &price);
    let stranger = Instruction { program_id: actor("nobody").pubkey(), accounts: vec![], data: vec![] };
    let steps: [(&str, Vec<Instruction>, &[&Keypair]); 4] = [
        ("a deposit", vec![deposit(1_000_000)], &[&anna.key]),
        ("two deposits", vec![deposit(1), deposit(2)], &[&anna.key]),
        ("a refusal in the third place", vec![limit(), deposit(1), strange.clone()], &[&anna.key]),
        ("another market's price", vec![strange], &[]),
    ];
    for (what, instructions, signers) in steps {
        // Interest and its like take units of their own where time has gone by: here as there.
        worlds.iter_mut().for_each(|world| world.svm.pass(2));
        let [here, there] = worlds.each_mut().map(|world| world.svm.send(&instructions, signers));
        assert_eq!(seen(&there), seen(&here), "{what}");
    }
    // LiteSVM has another name for this one.
    let failure = worlds[1].svm.send(&[stranger], &[]).expect_err("there is no such program");
    assert_eq!(format!("{:?}", failure.reason), "ProgramAccountNotFound");
    assert_eq!((failure.place(), failure.code(), failure.logs.len()), (None, None, 0));
    // What is returned names the time, which is not the same.
    let ask = risk_program::assess(&group, &anna.account, &[BTC]);
    let reports = worlds.each_mut().map(|world| {
        let done = world.svm.send(&[limit(), ask.clone()], &[]).expect("a report");
        let report = Assessment::from_bytes(&done.return_data).expect("a report");
        (done.compute_units, Assessment { assessed_at: 0, ..report })
    });
    assert_eq!(reports[1], reports[0]);
    let [_, mut there] = worlds;
    assert_eq!(there.validator().account(&anna.account).map(|account| account.owner), Some(ids::ACCOUNT));
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn what_a_validator_cannot_do_is_said_in_a_sentence() {
    let (world, exchange, anna) = rehearsed(Arch::V3);
    let [btc, eth] = [BTC, ETH].map(|market| price_account(&exchange.group(), market));
    let nobodys = PriceUpdate {
        write_authority: actor("mallory").pubkey(),
        ..rehearsal(Arch::V3).price_update(ETH, 3_400 * ORACLE)
    };
    let mut validator = Genesis::world(world).account(eth, nobodys.account()).start();

    let account = validator.account(&anna.account).expect("there");
    let said = sentence(|| validator.set_account(&anna.account, account.clone()));
    assert_eq!(said, "on a validator, only price accounts can be set");
    let price = validator.account(&btc).expect("there");
    let said = sentence(|| validator.set_account(&anna.account, price.clone()));
    assert_eq!(said, format!("genesis has no price account {}", anna.account));
    let nowhere = actor("nowhere").pubkey();
    let said = sentence(|| validator.set_account(&nowhere, price.clone()));
    assert_eq!(said, format!("genesis has no price account {nowhere}"));
    let said = sentence(|| validator.set_account(&eth, price.clone()));
    assert_eq!(said, format!("somebody else writes {eth}"));
    let clock = validator.clock();
    let said = sentence(|| validator.set_clock(clock));
    assert_eq!(said, "a validator's clock cannot be set");
    let large = Instruction { program_id: ids::RISK, accounts: vec![], data: vec![0; 1_232] };
    let said = sentence(|| drop(validator.send(&[large], &[])));
    assert!(said.ends_with("bytes is too large without lookup tables"), "{said}");
    // None of this has changed anything.
    assert_eq!(validator.account(&anna.account), Some(account));
    assert_eq!(validator.account(&btc), Some(price));

    let before = validator.now();
    validator.pass(2);
    assert!(validator.now() >= before + 2);
}

fn is_alive(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn two_at_once_one_started_again_and_nothing_left_behind() {
    let rich = |validator: &Validator, name: &str| validator.rpc().get_balance(&actor(name).pubkey());
    let mut first = Genesis::ballast(Arch::V3).start();
    let mut second = Genesis::bare().argument(["--ticks-per-slot", "16"]).start();
    assert_ne!((first.rpc_url(), first.ws_url()), (second.rpc_url(), second.ws_url()));
    first.fund(&actor("anna").pubkey(), 1_000_000_000);
    assert_eq!(rich(&first, "anna").expect("an answer"), 1_000_000_000);
    assert_eq!(rich(&second, "anna").expect("an answer"), 0);
    assert!(first.account(&ids::RISK).is_some() && second.account(&ids::RISK).is_none());

    // Another process with the same ledger.
    let (process, url, genesis) = (first.id(), first.rpc_url(), first.rpc().get_genesis_hash());
    let slot = first.rpc().get_slot().expect("an answer");
    first.restart();
    assert!(first.id() != process && !is_alive(process) && is_alive(first.id()));
    assert_eq!(first.rpc_url(), url);
    assert_eq!(first.rpc().get_genesis_hash().expect("an answer"), genesis.expect("an answer"));
    assert!(first.rpc().get_slot().expect("an answer") >= slot);
    assert_eq!(rich(&first, "anna").expect("an answer"), 1_000_000_000);
    assert!(first.account(&ids::RISK).is_some());
    first.fund(&actor("bert").pubkey(), 2_000_000_000);
    assert_eq!(rich(&first, "bert").expect("an answer"), 2_000_000_000);
    second.fund(&actor("anna").pubkey(), 3_000_000_000);
    assert_eq!(rich(&second, "anna").expect("the other went on"), 3_000_000_000);

    for validator in [first, second] {
        let (process, log) = (validator.id(), validator.log());
        let port = validator.rpc_url().replace("http://", "");
        let folder = log.ancestors().nth(2).expect("a folder").to_owned();
        assert!(log.is_file() && is_alive(process) && TcpStream::connect(&port).is_ok());
        drop(validator);
        assert!(!folder.exists(), "{}", folder.display());
        assert!(!is_alive(process) && TcpStream::connect(&port).is_err());
    }
}
