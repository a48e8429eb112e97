//! Nodes that fall silent, and keepers that are told to stop.

use crate::stage::{key, Stage};
use ballast_client::Result;
use ballast_keeper::{work, Job, Keeper, Outcome, Role};
use std::{
    future::{pending, Future},
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// A role that panics at its second step.
struct Clumsy(u32);

impl Role for Clumsy {
    fn name(&self) -> &'static str {
        "clumsy"
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(100)
    }

    fn step<'a>(&'a mut self, _: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        self.0 += 1;
        assert!(self.0 < 2, "it stumbles");
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_panics_ends_the_service_with_a_failure() {
    let mut stage = Stage::new(0).await;
    let kim = stage.keeper("kim", 1_000);
    let settings = stage.args(&kim, &[]).settle().expect("sound settings");
    let keeper = Keeper::connect(settings).await.expect("a keeper");
    let ended = work(Arc::new(keeper), vec![Box::new(Clumsy(0))], pending()).await;
    assert!(ended.expect_err("a failure").to_string().contains("panicked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_websocket_is_made_up_for_by_polling() {
    let mut stage = Stage::new(2).await;
    let kim = stage.keeper("kim", 300_000);
    stage.node.handle().faults().silence_websocket(true);
    let keeper = stage.start(&kim, &[("silence", "1"), ("poll", "0.5")]);
    keeper.ready().await;
    stage.until_over().await;
    // What happens while it is silent is seen, too.
    stage.small.world.svm.pass(60);
    stage.price(78_000);
    stage.small.world.svm.pass(60);
    stage.price(74_000);
    assert!(!stage.is_over());
    stage.until_over().await;
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_is_not_acted_on() {
    let mut stage = Stage::new(0).await;
    let kim = stage.keeper("kim", 300_000);
    let said = [("staleness", "1"), ("silence", "1"), ("poll", "0.3"), ("ws_url", "ws://127.0.0.1:1")];
    let keeper = stage.connect(&kim, &said).await;
    let work = tokio::spawn(work(keeper.clone(), vec![], pending()));
    // The websocket is refused again and again, and that is no sign of life.
    stage.node.handle().faults().drop_rpc(true);
    sleep(Duration::from_secs(5)).await;
    assert!(keeper.signs.stream_age() > Duration::from_secs(3), "{:?}", keeper.signs.stream_age());
    assert!(keeper.signs.age() > Duration::from_secs(3), "{:?}", keeper.signs.age());
    let job = Job { target: "it".into(), what: "nothing".into(), steps: vec![], as_is: false };
    let tried = keeper.attempt("test", &job).await.expect("an outcome");
    assert!(matches!(tried, Outcome::Waiting), "{tried:?}");
    work.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_refuses_for_a_while_ends_nothing() {
    let mut stage = Stage::new(2).await;
    let kim = stage.keeper("kim", 300_000);
    let keeper = stage.start(&kim, &[("quarantine_after", "1"), ("backoff_most", "1")]);
    keeper.ready().await;
    let handle = stage.node.handle();
    handle.faults().drop_rpc(true);
    handle.faults().close_websockets();
    sleep(Duration::from_secs(3)).await;
    handle.faults().drop_rpc(false);
    stage.until_over().await;
    assert_eq!(keeper.get("/healthz").await.0, 200);
    keeper.stop().await;
    stage.assert_floor(&kim);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_to_stop_finishes_what_is_in_flight() {
    let stage = Stage::new(4).await;
    let mut stage = stage;
    let kim = stage.keeper("kim", 300_000);
    let keeper = stage.start(&kim, &[]);
    keeper.ready().await;
    // Nothing is confirmed at once, so what was sent is in flight.
    let sent = stage.sent();
    stage.node.handle().faults().delay(Duration::from_millis(300));
    let before = Instant::now();
    while stage.sent() == sent {
        assert!(before.elapsed() < Duration::from_secs(20), "nothing is sent");
        sleep(Duration::from_millis(10)).await;
    }
    stage.node.handle().faults().delay(Duration::ZERO);
    let before = Instant::now();
    keeper.stop().await;
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
    // Another goes on where this one stopped.
    let keeper = stage.start(&kim, &[]);
    stage.until_over().await;
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_begin_says_so_in_a_sentence() {
    let mut stage = Stage::new(0).await;
    let kim = stage.keeper("kim", 1_000);
    let refused = |said: &[(&str, &str)]| {
        let settings = stage.args(&kim, said).settle().expect("sound settings");
        ballast_keeper::serve(settings, pending())
    };
    let wrong = key(&kim).to_string();
    for (said, word) in [
        (("group", &wrong[..]), "no group"),
        (("keypair", "/nowhere/key.json"), "/nowhere/key.json"),
        (("url", "http://127.0.0.1:1"), "does not answer"),
    ] {
        let sentence = refused(&[said]).await.expect_err(word).to_string();
        assert!(sentence.contains(word) && sentence.ends_with('.'), "{sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_it_well() {
    let mut stage = Stage::new(1).await;
    let kim = stage.keeper("kim", 300_000);
    let args = stage.args(&kim, &[]);
    let address = args.clone().settle().expect("sound settings").listen.0.expect("an address");
    let running = tokio::spawn(ballast_keeper::run(args));
    while reqwest::get(format!("http://{address}/readyz")).await.is_err() {
        sleep(Duration::from_millis(50)).await;
    }
    // Nobody else in this process listens to signals.
    let pid = std::process::id().to_string();
    let told = std::process::Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
    assert!(told.success());
    let ended = tokio::time::timeout(Duration::from_secs(30), running).await.expect("it ends in time");
    ended.expect("no panic").expect("a good end");
}
