//! A venue: two people sign orders by the command, and the operator settles a fill of both.

use super::stage::{Person, Stage};
use anchor_lang::AnchorDeserialize;
use ballast_client::{Build, Held, SendOptions, Sender, Signature, Signer};
use ballast_interface::account::{MarginAccount, Order, SettleFillsArgs};
use ballast_testkit::actor;
use base64::{prelude::BASE64_STANDARD, Engine};
use std::sync::Arc;

impl Stage {
    /// Signs an order of twenty units by the command.
    fn signed(&self, person: &Person, leg: &str, limit: &str) -> (Order, [u8; 64]) {
        let words = ["order", "sign", "--leg", leg, "--limit", limit, "--units", "20", "--max-fee", "1"];
        let signed = self.run(person, &words).json();
        let text = |name: &str| signed[name].as_str().expect("a text").to_owned();
        let message = BASE64_STANDARD.decode(text("message")).expect("base64");
        let order = Order::deserialize(&mut &message[..]).expect("an order");
        let signature: Signature = text("signature").parse().expect("a signature");
        (order, signature.into())
    }

    /// The first buys a fifth of a bitcoin's perp of the second at 95 000, who pays a fee of 1.9 dollars; what neither
    /// signed is refused.
    pub fn fill(&mut self, people: [&Person; 2]) {
        let (maker, first) = self.signed(people[0], "1-PERP +0.01", "951");
        let (taker, second) = self.signed(people[1], "1-PERP -0.01", "-949");
        let signed = [(people[0].key.pubkey(), first), (people[1].key.pubkey(), second)];
        let cash = people.map(|person| self.margin_account(person).cash);
        let settle = |price: u64| {
            let args = SettleFillsArgs {
                maker: maker.clone(),
                taker: taker.clone(),
                maker_units: 20,
                taker_units: 20,
                // Of a hundredth of a bitcoin.
                prices: vec![price],
                maker_fee: 0,
                taker_fee: 1_900_000,
            };
            let exchange = self.exchange();
            let held = people.map(|person| Held::<MarginAccount> {
                address: person.account,
                state: self.margin_account(person),
            });
            let operator = Arc::new(actor("operator"));
            let steps =
                Build::new(&exchange).settle_fills(&operator.pubkey(), [&held[0], &held[1]], &args, signed);
            let sender = Sender::new(self.chain.clone(), operator, SendOptions::default());
            self.wait(sender.send(&steps.expect("steps"), &[]))
        };
        let refused = settle(952_000_000).expect_err("a price above the maker's limit");
        assert!(refused.to_string().contains("limit"), "{refused}");
        settle(950_000_000).unwrap_or_else(|error| panic!("{error}"));
        let held = people.map(|person| self.margin_account(person));
        assert_eq!(held.map(|account| account.legs[0].quantity), [70, -70], "in hundredths");
        assert_eq!(held.map(|account| account.cash), [cash[0], cash[1] - 1_900_000]);
        self.told.done("a fill of two signed orders settled, and one beyond a limit refused");
    }
}
