//! Updates of Pyth's, made by Pyth's own crates: what is read from them, which are posted, and by which instructions.

use crate::common::{done, exchange, keeper_key, perp, state_of, usd, world, COIN};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, CommitmentConfig, SendOptions, Sender};
use ballast_interface::{risk::RECEIVERS, seeds};
use ballast_keeper::{
    roles::prices::{
        feed_address, postings, shard_of, Accumulator, Draft, Feeds, Posting, Published, Source,
        UpdateSettings,
    },
    State,
};
use ballast_testkit::{feed_id, PriceUpdate, Signer, World, BTC};
use base64::{prelude::BASE64_STANDARD as BASE64, Engine};
use byteorder::BE;
use pyth_solana_receiver_sdk::{PostUpdateParams, PYTH_PUSH_ORACLE_ID};
use pythnet_sdk::{
    accumulators::{merkle::MerkleTree, Accumulator as _},
    hashers::keccak256_160::Keccak160,
    messages::{Message, PriceFeedMessage},
    wire::{
        to_vec,
        v1::{AccumulatorUpdateData, MerklePriceUpdate, Proof},
    },
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A message of thirteen guardians of set number four: a signature has 66 bytes, and what they sign 88.
fn vaa() -> Vec<u8> {
    [&[1][..], &4u32.to_be_bytes(), &[13], &[7; 13 * 66], &[8; 88]].concat()
}

fn message(id: [u8; 32], published_at: i64) -> Vec<u8> {
    let message = Message::PriceFeedMessage(PriceFeedMessage {
        feed_id: id,
        price: 95_000 * COIN as i64,
        conf: 95 * COIN,
        exponent: -8,
        publish_time: published_at,
        prev_publish_time: published_at - 1,
        ema_price: 95_000 * COIN as i64,
        ema_conf: 95 * COIN,
    });
    to_vec::<_, BE>(&message).expect("Pyth writes it")
}

/// What Hermes hands out for some feeds, in a tree of a thousand messages, and Pyth's own updates in it.
fn hermes(feeds: &[([u8; 32], i64)]) -> (Vec<u8>, Vec<MerklePriceUpdate>) {
    let wanted = feeds.iter().map(|(id, time)| message(*id, *time));
    let others = (0..1_000u16).map(|other| {
        message([[0x0a; 30].as_slice(), &other.to_be_bytes()].concat().try_into().expect("32 bytes"), 1)
    });
    let messages: Vec<Vec<u8>> = wanted.chain(others).collect();
    let leaves: Vec<&[u8]> = messages.iter().map(|message| &message[..]).collect();
    let tree = MerkleTree::<Keccak160>::new(&leaves).expect("a tree");
    let update = |message: &Vec<u8>| MerklePriceUpdate {
        message: message.clone().into(),
        proof: tree.prove(message).expect("it is in the tree"),
    };
    let updates: Vec<_> = messages[..feeds.len()].iter().map(update).collect();
    let proof = Proof::WormholeMerkle { vaa: vaa().into(), updates: updates.clone() };
    (to_vec::<_, BE>(&AccumulatorUpdateData::new(proof)).expect("Pyth writes it"), updates)
}

#[test]
fn what_pyth_writes_is_read() {
    let feeds = [([1; 32], 1_000), ([2; 32], 1_001)];
    let (bytes, theirs) = hermes(&feeds);
    let read = Accumulator::read(&bytes).expect("it is read");
    assert_eq!((read.vaa.clone(), read.guardian_set()), (vaa(), Ok(4)));
    assert_eq!(read.updates.len(), 2);
    for ((update, theirs), (id, published_at)) in read.updates.iter().zip(&theirs).zip(feeds) {
        assert_eq!(&update.message, theirs.message.as_ref());
        assert_eq!(update.proof, theirs.proof.to_vec());
        assert_eq!(update.proof.len(), 10);
        assert_eq!(update.borsh(), borsh::to_vec(theirs).expect("borsh"));
        let (price, interval) = (95_000 * COIN as i64, 95 * COIN);
        assert_eq!(update.published(), Some(Published { id, price, interval, exponent: -8, published_at }));
    }
    // Fields that a later version adds are passed over; a message of another kind tells no price.
    let mut longer = read.updates[0].clone();
    longer.message.extend([9; 8]);
    assert_eq!(longer.published(), read.updates[0].published());
    longer.message[0] = 1;
    assert_eq!(longer.published(), None);
}

#[test]
fn what_is_cut_or_of_another_kind_is_refused() {
    let (bytes, _) = hermes(&[([1; 32], 1_000)]);
    for length in 0..bytes.len() {
        assert!(Accumulator::read(&bytes[..length]).is_err(), "{length} bytes");
    }
    // The mark, the major version, the kind of proof, and the version of the guardians' message.
    for place in [0, 4, 7, 10] {
        let mut other = bytes.clone();
        other[place] ^= 4;
        assert!(Accumulator::read(&other).is_err(), "byte {place}");
    }
    let mut later = bytes.clone();
    (later[5], later[6]) = (3, 2);
    later.splice(7..7, [1, 2]);
    assert!(Accumulator::read(&later).is_ok(), "a minor version with something behind it");
}

#[test]
fn feeds_are_where_pyths_sponsors_keep_them() {
    let id = |digits: &str| {
        let byte = |place: usize| u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).expect("digits");
        std::array::from_fn::<u8, 32, _>(byte)
    };
    let published = [
        (
            "ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d",
            "7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE",
        ),
        (
            "e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43",
            "4cSM2e6rvbGQUFiJbqytoVMi5GgghSMr8LwVrT9VPSPo",
        ),
    ];
    for (feed, address) in published {
        assert_eq!(feed_address(&PYTH_PUSH_ORACLE_ID, 0, &id(feed)).to_string(), address);
    }
}

fn settings() -> UpdateSettings {
    UpdateSettings { from: String::new(), seconds: 20, shards: 4, wormhole: None }
}

/// Bitcoin's feed on the third shard of the push oracle; Alice and Bob hold its perp.
fn scene(world: &mut World) -> (State, Pubkey) {
    let exchange = exchange(world, &[BTC], &[]);
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.block(&exchange, &alice, &bob, &[perp(10, usd(950))]).expect("a perp");
    let feed = feed_address(&PYTH_PUSH_ORACLE_ID, 2, &feed_id(BTC));
    let mut risk = world.market_risk(&exchange.group(), BTC);
    risk.rules.feed.account = feed;
    world.overwrite(&seeds::find_market_risk(&exchange.group(), BTC).0, &risk);
    let update = world.price_update(BTC, 95_000 * COIN as i64);
    world.publish(&feed, &update);
    (state_of(world, &exchange, &[alice.account, bob.account]), feed)
}

fn feeds_of(world: &mut World, feed: &Pubkey) -> Feeds {
    world.svm.account(feed).map(|account| (BTC, account)).into_iter().collect()
}

/// What would be posted of an update that was published at a moment.
fn planned(world: &mut World, state: &State, feed: &Pubkey, published_at: i64) -> Vec<Posting> {
    let (bytes, _) = hermes(&[(feed_id(BTC), published_at), ([3; 32], published_at)]);
    let found = [Accumulator::read(&bytes).expect("an update")];
    let (feeds, markets, now) = (feeds_of(world, feed), BTreeSet::from([BTC]), world.svm.now());
    postings(state, &settings(), (&feeds, &markets), &found, now)
}

#[test]
fn updates_are_posted_once_an_account_falls_silent() {
    let world = &mut world();
    let (state, feed) = scene(world);
    let risk = &state.exchange.risks[&BTC];
    assert_eq!(shard_of(&risk.rules.feed, 4), Some(2));
    assert_eq!(shard_of(&risk.rules.feed, 2), None);
    let begun = world.svm.now();
    world.svm.pass(19);
    assert!(planned(world, &state, &feed, begun + 19).is_empty(), "19 seconds of silence");
    world.svm.pass(1);
    let found = planned(world, &state, &feed, begun + 20);
    assert_eq!((found.len(), found[0].parts.len(), found[0].parts[0].market), (1, 1, BTC));
    assert!(planned(world, &state, &feed, begun).is_empty(), "it is no newer");
    world.svm.pass(61);
    assert!(planned(world, &state, &feed, begun + 20).is_empty(), "it would be stale");
    let none = Feeds::new();
    let (bytes, _) = hermes(&[(feed_id(BTC), begun + 80)]);
    let read = [Accumulator::read(&bytes).expect("an update")];
    let markets = BTreeSet::from([BTC]);
    let now = world.svm.now();
    assert_eq!(
        postings(&state, &settings(), (&none, &markets), &read, now).len(),
        1,
        "there is no account yet"
    );
    let nowhere = UpdateSettings { shards: 2, ..settings() };
    assert!(postings(&state, &nowhere, (&none, &markets), &read, now).is_empty(), "it is nobody's to write");
    assert!(postings(&state, &settings(), (&none, &BTreeSet::new()), &read, now).is_empty());
}

#[tokio::test]
async fn a_posting_is_what_the_programs_take_and_fits_transactions() {
    let world = &mut world();
    let (state, feed) = scene(world);
    world.svm.pass(30);
    let now = world.svm.now();
    let posting = planned(world, &state, &feed, now).remove(0);
    let key = keeper_key();
    let draft = Draft::new(&key.pubkey(), &settings().wormhole());
    let rent = world.svm.rent(Draft::length(&posting.vaa));
    let jobs = posting.jobs(&state, &draft, rent, true);
    let lengths: Vec<usize> = jobs.iter().map(|job| job.steps.len()).collect();
    assert_eq!(lengths, [4, 2, 2, 1]);

    // Every byte of the message is written once, each where it belongs.
    let mut written = vec![0; vaa().len()];
    for step in jobs[..2].iter().flat_map(|job| &job.steps).filter(|step| step.data.starts_with(&[199, 208]))
    {
        let number =
            |at: usize| u32::from_le_bytes(step.data[at..at + 4].try_into().expect("four bytes")) as usize;
        let (from, length) = (number(8), number(12));
        written[from..from + length].copy_from_slice(&step.data[16..]);
        assert_eq!(step.data.len(), 16 + length);
    }
    assert_eq!(written, vaa());

    // The arguments are Pyth's, as their own crates write them.
    let (_, theirs) = hermes(&[(feed_id(BTC), now), ([3; 32], now)]);
    let params = PostUpdateParams { merkle_price_update: theirs[0].clone(), treasury_id: 0 };
    let mut expected = vec![28, 9, 93, 150, 86, 153, 188, 115];
    expected.extend(borsh::to_vec(&params).expect("borsh"));
    expected.extend(2u16.to_le_bytes());
    expected.extend(feed_id(BTC));
    let post = &jobs[2].steps[0];
    assert_eq!((post.program_id, &post.data), (PYTH_PUSH_ORACLE_ID, &expected));
    let named: Vec<Pubkey> = post.accounts.iter().map(|meta| meta.pubkey).collect();
    let (config, treasury) = (
        pyth_solana_receiver_sdk::pda::get_config_address(),
        pyth_solana_receiver_sdk::pda::get_treasury_address(0),
    );
    let system = anchor_lang::system_program::ID;
    assert_eq!(named, [key.pubkey(), RECEIVERS[0], draft.address, config, treasury, feed, system]);

    let chain = Chain::new("http://127.0.0.1:9", CommitmentConfig::confirmed(), Duration::from_secs(1));
    let sender = Sender::new(chain, Arc::new(keeper_key()), SendOptions::default());
    for job in &jobs {
        let signers = job.steps.iter().flat_map(|step| &step.accounts).filter(|meta| meta.is_signer);
        assert!(signers.map(|meta| meta.pubkey).all(|signer| signer == key.pubkey()), "{}", job.what);
        let bytes = sender.size(&job.steps).await.expect("it can be put together");
        assert!(bytes <= 1_232, "{}: {bytes}", job.what);
    }

    // The account itself can be made by the keeper's signature alone.
    world.svm.fund(&key.pubkey(), 1_000_000_000);
    done(world, &jobs[0].steps[1..2], &[&key]);
    let made = world.svm.account(&draft.address).expect("it is there");
    assert_eq!((made.owner, made.data.len()), (settings().wormhole(), 46 + vaa().len()));
    assert_eq!(posting.jobs(&state, &draft, rent, false)[0].steps.len(), 3, "nothing is left over");
}

#[test]
fn what_was_posted_is_not_posted_again() {
    let world = &mut world();
    let (state, feed) = scene(world);
    world.svm.pass(30);
    let now = world.svm.now();
    let part = planned(world, &state, &feed, now).remove(0);
    assert_eq!(part.parts.len(), 1);
    // As the receiver would leave it.
    let update = PriceUpdate { published_at: now, ..world.price_update(BTC, 95_000 * COIN as i64) };
    world.publish(&feed, &update);
    assert!(planned(world, &state, &feed, now).is_empty());
}

/// A directory of its own, gone when it is dropped.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ballast-updates-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_directory_is_a_source() {
    let folder = Folder::new("source");
    let source = Source::new(&UpdateSettings { from: folder.0.display().to_string(), ..settings() });
    assert_eq!(source.fetch(&[[1; 32]]).await, Ok(vec![]), "no file, no update");
    let (bytes, _) = hermes(&[([1; 32], 1_000), ([2; 32], 1_000)]);
    for id in ["01", "02"] {
        std::fs::write(folder.0.join(id.repeat(32)), format!("{}\n", BASE64.encode(&bytes))).expect("a file");
    }
    let found = source.fetch(&[[1; 32], [2; 32], [3; 32]]).await.expect("updates");
    assert_eq!((found.len(), found[0].updates.len()), (1, 2), "one message, each update once");
    std::fs::write(folder.0.join("03".repeat(32)), "no update").expect("a file");
    assert!(source.fetch(&[[3; 32]]).await.is_err());
    assert_eq!(source.fetch(&[[3; 32], [1; 32]]).await.expect("the other's").len(), 1);
}

#[tokio::test]
async fn hermes_is_a_source() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let from = format!("http://{}/", listener.local_addr().expect("an address"));
    let (bytes, _) = hermes(&[([1; 32], 1_000)]);
    let answers = [
        (
            200,
            format!(
                r#"{{"binary":{{"encoding":"base64","data":["{}"]}},"parsed":[]}}"#,
                BASE64.encode(&bytes)
            ),
        ),
        (200, r#"{"binary":{"encoding":"hex","data":["00"]}}"#.to_owned()),
        (404, String::new()),
    ];
    let server = tokio::spawn(async move {
        let mut asked = vec![];
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.expect("a request");
            let mut read = [0; 4_096];
            let count = stream.read(&mut read).await.expect("a request");
            let request = String::from_utf8_lossy(&read[..count]).into_owned();
            asked.push(request.lines().next().unwrap_or_default().to_owned());
            let head = format!(
                "HTTP/1.1 {status} It\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all((head + &body).as_bytes()).await.expect("an answer");
        }
        asked
    });
    let source = Source::new(&UpdateSettings { from, ..settings() });
    assert_eq!(source.fetch(&[[1; 32]]).await.expect("an update").len(), 1);
    assert!(source.fetch(&[[1; 32]]).await.expect_err("hex").contains("hex"));
    assert!(source.fetch(&[[1; 32]]).await.expect_err("a status").contains("404"));
    let asked = server.await.expect("it ends");
    let path = "/v2/updates/price/latest?encoding=base64&parsed=false&ids[]=";
    assert_eq!(asked[0], format!("GET {path}{} HTTP/1.1", "01".repeat(32)));
}
