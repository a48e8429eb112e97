//! Margin calls are told once a crossing, with hysteresis, and posted without keeping anybody waiting.

use crate::common::{done, exchange, perp, price, state_of, usd, world};
use ballast_keeper::roles::alerts::{Bound, Direction, Notice, Settings, Watch, Webhook, WebhookSettings};
use ballast_testkit::{account_program, Exchange, Signer, Trader, World, BTC};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc::{unbounded_channel, UnboundedReceiver},
    time::timeout,
};

/// Alice is long a perp on one Bitcoin with 40 000 dollars; of those, a fall of the price takes her below her bounds.
fn scene(world: &mut World) -> (Exchange, Trader) {
    let exchange = exchange(world, &[BTC], &[]);
    let alice = world.trader(&exchange, "alice", usd(40_000));
    let bob = world.trader(&exchange, "bob", usd(500_000));
    world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]).expect("a perp");
    (exchange, alice)
}

/// What is told at a price, and room and health in per cent of their margins, times a thousand.
fn look(world: &mut World, exchange: &Exchange, who: &Trader, watch: &mut Watch) -> (Vec<Notice>, [i128; 2]) {
    let (state, now) = (state_of(world, exchange, &[who.account]), world.svm.now());
    let standing = state.scanner.standing(&who.account).expect("scanned").clone().expect("assessed");
    let share = |part: i128, of: i128| (part * 100_000).div_euclid(of);
    let shares = [share(standing.room, standing.initial), share(standing.health, standing.maintenance)];
    (watch.look(&state, now), shares)
}

fn told(notices: &[Notice]) -> Vec<(Bound, Direction)> {
    notices.iter().map(|notice| (notice.bound, notice.direction)).collect()
}

/// Settings with one bound of room, and two per cent of hysteresis.
fn one_bound(percent: u32) -> Settings {
    Settings { room: vec![percent], health: vec![], ..Settings::default() }
}

#[test]
fn a_bound_is_told_once_and_again_only_after_it_came_back() {
    let world = &mut world();
    let (exchange, alice) = scene(world);
    let ([room, _], settings) = {
        let (_, shares) = look(world, &exchange, &alice, &mut Watch::new(&Settings::default()));
        (shares, one_bound((shares[0] / 1_000) as u32))
    };
    assert!(room > 20_000, "she begins well above a fifth: {room}");
    let mut watch = Watch::new(&settings);
    assert!(look(world, &exchange, &alice, &mut watch).0.is_empty(), "she is just above it");
    // A hundredth of initial margin is about two hundred dollars.
    move_cash(world, &exchange, &alice, -400);
    let (notices, shares) = look(world, &exchange, &alice, &mut watch);
    let bound = Bound::Room(settings.room[0]);
    assert!(shares[0] < i128::from(settings.room[0]) * 1_000);
    assert_eq!(told(&notices), [(bound, Direction::Below)]);
    assert!(look(world, &exchange, &alice, &mut watch).0.is_empty(), "once is enough");

    // Back, but by less than the hysteresis.
    move_cash(world, &exchange, &alice, 400);
    let (notices, shares) = look(world, &exchange, &alice, &mut watch);
    assert!((0..2_000).contains(&(shares[0] - i128::from(settings.room[0]) * 1_000)), "{shares:?}");
    assert!(notices.is_empty());
    move_cash(world, &exchange, &alice, -400);
    assert!(look(world, &exchange, &alice, &mut watch).0.is_empty(), "it is the same crossing");
    move_cash(world, &exchange, &alice, 900);
    assert_eq!(told(&look(world, &exchange, &alice, &mut watch).0), [(bound, Direction::Above)]);
    assert!(look(world, &exchange, &alice, &mut watch).0.is_empty());
    move_cash(world, &exchange, &alice, -900);
    assert_eq!(told(&look(world, &exchange, &alice, &mut watch).0), [(bound, Direction::Below)]);
}

/// Deposits dollars, or withdraws them.
fn move_cash(world: &mut World, exchange: &Exchange, who: &Trader, dollars: i64) {
    if dollars < 0 {
        world.withdraw_cash(exchange, who, usd(-dollars) as u64).expect("it is hers");
        return;
    }
    let (group, owner) = (exchange.group(), who.key.pubkey());
    let amount = usd(dollars) as u64;
    let deposit = account_program::deposit(&group, &who.account, 0, 0, &who.purse, &owner, amount, &[]);
    done(world, &[deposit], &[&who.key]);
}

#[test]
fn every_bound_that_is_passed_is_told() {
    let world = &mut world();
    let (exchange, alice) = scene(world);
    let mut watch = Watch::new(&Settings::default());
    assert!(look(world, &exchange, &alice, &mut watch).0.is_empty());
    price(world, &exchange, 60_000);
    let (notices, shares) = look(world, &exchange, &alice, &mut watch);
    assert!(shares.iter().all(|share| *share < 0), "{shares:?}");
    let below = [Bound::Room(0), Bound::Room(10), Bound::Room(20), Bound::Health(10)];
    assert_eq!(told(&notices), below.map(|bound| (bound, Direction::Below)));
    let notice = &notices[0];
    let report = world.assess(&exchange.risk, &alice.account, &[BTC]);
    assert_eq!(notice.value, report.value.get().div_euclid(10_000));
    assert_eq!(notice.room, report.room.get().div_euclid(10_000));
    assert_eq!(
        (&notice.account, &notice.owner),
        (&alice.account.to_string(), &alice.key.pubkey().to_string())
    );
    // A watch that knows nothing, as after a restart, tells what is below a bound once more.
    let mut anew = Watch::new(&Settings::default());
    assert_eq!(look(world, &exchange, &alice, &mut anew).0.len(), 4);
    assert!(look(world, &exchange, &alice, &mut anew).0.is_empty());
    price(world, &exchange, 95_000);
    let above = below.map(|bound| (bound, Direction::Above));
    assert_eq!(told(&look(world, &exchange, &alice, &mut watch).0), above);
}

#[test]
fn the_beginning_and_the_end_of_a_rescue_are_told() {
    let world = &mut world();
    let (exchange, alice) = scene(world);
    let settings = Settings { room: vec![], health: vec![], ..Settings::default() };
    let mut watch = Watch::new(&settings);
    assert!(look(world, &exchange, &alice, &mut watch).0.is_empty());
    let mut account = world.margin_account(&alice.account);
    account.liquidation_since = world.svm.now();
    world.overwrite(&alice.account, &account);
    assert_eq!(told(&look(world, &exchange, &alice, &mut watch).0), [(Bound::Rescue, Direction::Begun)]);
    assert!(look(world, &exchange, &alice, &mut watch).0.is_empty());
    account.liquidation_since = 0;
    world.overwrite(&alice.account, &account);
    assert_eq!(told(&look(world, &exchange, &alice, &mut watch).0), [(Bound::Rescue, Direction::Ended)]);
    let mut silent = Watch::new(&Settings { rescues: false, ..settings });
    account.liquidation_since = 1;
    world.overwrite(&alice.account, &account);
    assert!(look(world, &exchange, &alice, &mut silent).0.is_empty());
}

#[test]
fn closed_accounts_are_forgotten() {
    let world = &mut world();
    let (exchange, alice) = scene(world);
    let mut watch = Watch::new(&Settings::default());
    price(world, &exchange, 60_000);
    assert_eq!(look(world, &exchange, &alice, &mut watch).0.len(), 4);
    let empty = state_of(world, &exchange, &[]);
    assert!(watch.look(&empty, world.svm.now()).is_empty());
    assert_eq!(look(world, &exchange, &alice, &mut watch).0.len(), 4, "it would be another account");
}

/// A server that takes posts, answers with these statuses and then with 200, and hands over the bodies.
pub async fn server(statuses: Vec<u16>) -> (String, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/calls", listener.local_addr().expect("an address"));
    let (sent, received) = unbounded_channel();
    tokio::spawn(async move {
        let mut statuses = statuses.into_iter();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut read = vec![];
            let body = loop {
                let mut some = [0; 1_024];
                let count = stream.read(&mut some).await.unwrap_or(0);
                read.extend_from_slice(&some[..count]);
                let text = String::from_utf8_lossy(&read).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(": ")?;
                    name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
                });
                if body.len() >= length.unwrap_or(0) {
                    break body.to_owned();
                }
            };
            let status = statuses.next().unwrap_or(200);
            let answer = format!("HTTP/1.1 {status} It\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = sent.send(body);
        }
    });
    (url, received)
}

fn notice() -> Notice {
    Notice {
        account: "an account".into(),
        owner: "an owner".into(),
        bound: Bound::Room(20),
        direction: Direction::Below,
        value: 1 << 70,
        maintenance: 1,
        initial: 2,
        health: -3,
        room: -4,
        slot: 5,
        time: 6,
    }
}

fn posting(url: String, attempts: u32) -> Webhook {
    Webhook::new(WebhookSettings { url, timeout: 2, attempts })
}

#[tokio::test]
async fn notices_are_posted_until_they_are_taken() {
    let (url, mut posts) = server(vec![500]).await;
    let mut webhook = posting(url, 3);
    webhook.post(&notice());
    for _ in 0..2 {
        let body = timeout(Duration::from_secs(10), posts.recv()).await.expect("a post").expect("a body");
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(body, notice().json());
        assert_eq!((&body["bound"], &body["direction"]), (&"room 20 %".into(), &"below".into()));
        assert_eq!(body["value"], "1180591620717411303424");
        assert_eq!((&body["room"], &body["slot"], &body["time"]), (&"-4".into(), &5.into(), &6.into()));
    }
    let more = timeout(Duration::from_millis(1_500), posts.recv()).await;
    assert!(more.is_err(), "what was taken is not posted again");
}

#[tokio::test]
async fn attempts_run_out_and_the_next_notice_comes() {
    let (url, mut posts) = server(vec![500, 503]).await;
    let mut webhook = posting(url, 2);
    let second = Notice { slot: 9, ..notice() };
    webhook.post(&notice());
    webhook.post(&second);
    let mut slots = vec![];
    for _ in 0..3 {
        let body = timeout(Duration::from_secs(10), posts.recv()).await.expect("a post").expect("a body");
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        slots.push(body["slot"].as_u64().expect("a slot"));
    }
    assert_eq!(slots, [5, 5, 9]);
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_says_nothing() {
    // It listens, and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let mut webhook = posting(url, 1);
    let begun = Instant::now();
    for _ in 0..2_000 {
        webhook.post(&notice());
    }
    assert!(begun.elapsed() < Duration::from_secs(1));
}
