//! A trader's day, by the command: money in, trades, money out, and what margin does not allow.

use super::{
    stage::{Person, Stage},
    stream::Watch,
};
use serde_json::json;

/// Units of a dollar.
pub const DOLLAR: u64 = 1_000_000;
/// Units of a bitcoin.
const BITCOIN: u64 = 100_000_000;

/// Two people trade 0.7 bitcoin between them, while bitcoin is at 95 000; they end with 50 000.5 and 59 998.1 dollars'
/// worth.
pub fn day(stage: &mut Stage, names: [&str; 2]) -> [Person; 2] {
    let [first, second] = stage.people(0, names.map(|name| (name, 100_000 * DOLLAR)));
    stage.give(&first, 1, BITCOIN);
    let vault = stage.vault();
    let watch = Watch::start(stage);
    stage.all([(&first, &["account", "open"]), (&second, &["account", "open"])]);
    stage.all([(&first, &["deposit", "60000.5"]), (&second, &["deposit", "60000"])]);
    assert_eq!((stage.wallet(&first, 0), stage.wallet(&second, 0)), (39_999_500_000, 40_000_000_000));
    assert_eq!(stage.vault() - vault, 120_000_500_000);
    assert_eq!(stage.margin_account(&first).cash, 60_000_500_000);
    assert_eq!(stage.value(&first), "60000.5");
    stage.told.done("accounts opened, dollars deposited");

    stage.run(&first, &["deposit", "0.5", "--bank", "1"]).fine();
    assert_eq!(stage.wallet(&first, 1), BITCOIN / 2);
    let shown = stage.run(&first, &["account", "show", "--json"]).json();
    assert_eq!(shown["tokens"], json!([{"bank": 1, "amount": "0.5"}]));
    stage.run(&first, &["withdraw", "0.5", "--bank", "1"]).fine();
    assert_eq!(stage.wallet(&first, 1), BITCOIN);
    stage.told.done("half a bitcoin deposited and withdrawn");

    let counterparty = second.file.display().to_string();
    let block = |leg: &str| {
        stage.run(&first, &["trade", "block", "--counterparty", &counterparty, "--json", "--leg", leg])
    };
    let traded = block("1-PERP +0.5 @ 95000").json();
    assert_eq!(traded["facts"]["value"], "47500");
    let refused = block("1-PERP +50 @ 95000").sentence(1);
    assert_eq!(refused, "The account is below its initial margin, and this would lower its health.");
    stage.told.done("half a bitcoin's perp traded between two signers, and fifty refused");

    stage.fill([&first, &second]);

    stage.run(&first, &["withdraw", "10000"]).fine();
    assert_eq!(stage.wallet(&first, 0), 49_999_500_000);
    assert_eq!(stage.vault() - vault, 110_000_500_000);
    let refused = stage.run(&first, &["withdraw", "50000"]).sentence(1);
    assert_eq!(refused, "The account would have less than its initial margin.");
    let refused = stage.run(&second, &["withdraw", "1", &first.account.to_string()]).sentence(1);
    assert_eq!(refused, "Only the account's owner may do that.");
    assert_eq!((stage.wallet(&first, 0), stage.vault() - vault), (49_999_500_000, 110_000_500_000));
    stage.told.done("ten thousand withdrawn; fifty thousand, and a stranger's dollar, refused");

    // A thousand dollars more a bitcoin.
    stage.feed.set([96_000, 3_400, 180]);
    assert_eq!(stage.value(&first), "50700.5");
    // A fee of 1.9 dollars was paid.
    assert_eq!(stage.value(&second), "59298.1");
    stage.feed.set([95_000, 3_400, 180]);
    assert_eq!((stage.value(&first), stage.value(&second)), ("50000.5".into(), "59998.1".into()));
    stage.told.done("profit and loss follow the price to the unit");

    // Opened, cash, twice tokens, the trade, the fill, the withdrawal; the other one had three of these less.
    watch.end(stage, &[(&first, 7), (&second, 4)]);
    [first, second]
}
