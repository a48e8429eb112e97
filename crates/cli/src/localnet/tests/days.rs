//! Days go by: dates are listed, expire and are forgotten, and those ahead always have a surface.

use super::super::{
    feeds::{Feeds, Sky},
    found::found,
    keys::{People, Person},
    net::Net,
    surfaces::Surfaces,
};
use ballast_client::{Build, Signer};
use ballast_interface::risk::MAX_DATES;
use ballast_localnet::{Node, NodeClock, NodeOptions};
use ballast_testkit::{Climate, Svm};

const HOUR: i64 = 3_600;
/// Days, which are more than those for which an expired date is remembered.
const DAYS: usize = 11;

/// Writes prices, and takes them over as a keeper does.
async fn refresh(net: &Net, node: &Node) -> Feeds {
    let exchange = net.exchange().await.expect("a group");
    let writer = net.people.key(Person::Authority).pubkey();
    let feeds = Feeds::of(&exchange, node.handle(), writer, Sky(Climate::Fair), 1);
    let refresh = |market: &u16| Build::new(&exchange).refresh_price(*market).expect("a market");
    let steps: Vec<_> = exchange.risks.keys().map(refresh).collect();
    net.sender(Person::Keeper1).send(&steps, &[]).await.expect("prices are refreshed");
    feeds
}

/// Every date ahead has a fresh surface of now, and there are four: two days and two Fridays.
async fn check(net: &Net, day: usize) {
    let exchange = net.exchange().await.expect("a group");
    let now = net.chain.now().await.expect("a clock");
    for (number, market) in &exchange.markets {
        let risk = exchange.risk(*number).expect("a market");
        let ahead: Vec<i64> =
            market.dates().iter().map(|date| date.expiry).filter(|date| *date > now).collect();
        assert_eq!(ahead.len(), 4, "day {day}, market {number}: {ahead:?}");
        assert!(ahead.iter().all(|date| date.rem_euclid(24 * HOUR) == 8 * HOUR), "{ahead:?}");
        let soon = ahead.iter().filter(|date| *date - now <= 48 * HOUR).count();
        assert_eq!(soon, 2, "day {day}, market {number}: the next two days of {ahead:?}");
        // 1970 began on a Thursday.
        let fridays = ahead.iter().filter(|date| (*date / (24 * HOUR) + 3) % 7 == 4).count();
        assert!(fridays >= 2, "day {day}, market {number}: two Fridays of {ahead:?}");
        for date in ahead {
            let known = risk.dates().iter().find(|known| known.expiry == date);
            let fresh = known.is_some_and(|known| now - known.posted_at < 60 && known.valid_until > now);
            assert!(fresh, "day {day}, market {number}: {date} has no fresh surface: {known:?}");
        }
        assert!(risk.dates().len() < MAX_DATES, "day {day}: there is room");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dates_come_and_go_for_days() {
    let options = NodeOptions { clock: NodeClock::Manual, slot_millis: 50, ..NodeOptions::default() };
    let node = Node::start(options).await.expect("the node starts");
    let folder = std::env::temp_dir().join(format!("ballast-days-{}", std::process::id()));
    let (net, _) = found(&node, People::gather(&folder).expect("keys")).await.expect("a world");
    for person in [Person::Attestor0, Person::Keeper1] {
        let key = net.people.key(person).pubkey();
        net.chain.rpc().request_airdrop(&key, 1_000_000_000_000).await.expect("SOL");
    }
    // An hour after dates expire.
    node.handle().pass(9 * HOUR);
    for day in 1..=DAYS {
        let feeds = refresh(&net, &node).await;
        Surfaces::new(net.clone(), feeds.moment()).step().await.expect("nothing is refused");
        check(&net, day).await;
        node.handle().pass(24 * HOUR);
    }
    node.stop().await;
    std::fs::remove_dir_all(folder).expect("the folder goes");
}
