//! Every instruction of the account program has somewhere that says what it refuses: a new one without it fails here.

use std::{collections::BTreeSet, fs, path::Path};

/// Instructions by name, with the file that refuses.
const REFUSALS: [(&str, &str); 40] = [
    ("absorb_loss", "rescue_refusals"),
    ("block_trade", "block_trade_refusals"),
    ("cancel_orders", "orders_refusals"),
    ("cancel_trigger", "trigger_refusals"),
    ("change_bank", "bank_market_refusals"),
    ("change_group", "governing_refusals"),
    ("change_market", "bank_market_refusals"),
    ("change_venue", "governing_refusals"),
    ("close_account", "account_refusals"),
    ("collect_fees", "collect_fees_refusals"),
    ("create_bank", "bank_market_refusals"),
    ("create_group", "create_group_refusals"),
    ("create_market", "bank_market_refusals"),
    ("create_venue", "governing_refusals"),
    ("cut_claims", "claims_refusals"),
    ("deposit", "deposit_refusals"),
    ("execute_trigger", "execute_trigger_refusals"),
    ("fill_rescue", "claims_refusals"),
    ("freeze_settlement", "settlement_refusals"),
    ("latch", "rescue_refusals"),
    ("list_expiry", "settlement_refusals"),
    ("move_cash", "rescue_refusals"),
    ("move_collateral", "rescue_refusals"),
    ("move_legs", "rescue_refusals"),
    ("open_account", "open_account_refusals"),
    ("open_orders", "orders_refusals"),
    ("open_vault", "governing_refusals"),
    ("pay_insurance", "claims_refusals"),
    ("place_trigger", "trigger_refusals"),
    ("post_mark", "funding_refusals"),
    ("realise", "claims_refusals"),
    ("refresh_account", "settlement_refusals"),
    ("set_delegate", "account_refusals"),
    ("settle_account", "settlement_refusals"),
    ("settle_fills", "settle_fills_refusals"),
    ("share_loss", "rescue_refusals"),
    ("stop", "governing_refusals"),
    ("transfer", "transfer_refusals"),
    ("update_funding", "funding_refusals"),
    ("withdraw", "withdraw_refusals"),
];

/// A file of the workspace.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_instruction_says_what_it_refuses() {
    let idl: serde_json::Value = serde_json::from_str(&read("idl/ballast_account.json")).expect("an IDL");
    let names = idl["instructions"].as_array().expect("instructions").iter();
    let known: BTreeSet<_> = names.map(|instruction| instruction["name"].as_str().expect("a name")).collect();
    let named: BTreeSet<_> = REFUSALS.iter().map(|(name, _)| *name).collect();
    assert_eq!(known, named, "instructions on the left, those with refusals on the right");

    let main = read("tests/cases/main.rs");
    for (name, file) in REFUSALS {
        assert!(main.contains(&format!("mod {file};")), "{file} is not among the tests");
        let source = read(&format!("tests/cases/{file}.rs"));
        // Fills are put together in a scene of their own.
        let built =
            source.contains(&format!("account_program::{name}(")) || source.contains("FillScene::new");
        assert!(built, "{file} does not send {name}");
        assert!(source.contains("refuse"), "{file} refuses nothing");
    }
}
