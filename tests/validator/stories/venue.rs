//! A venue: two people sign orders by the command, and the operator settles a fill of both.

use super::stage::{Person, Stage};
use anchor_lang::{prelude::Pubkey, AnchorDeserialize};
use ballast_client::{Build, Held, Result, SendOptions, Sender, Sent, Signature, Signer};
use ballast_interface::{
    account::{MarginAccount, Order, SettleFillsArgs},
    seeds,
};
use ballast_testkit::actor;
use base64::{prelude::BASE64_STANDARD, Engine};
use std::sync::Arc;

/// An order, who signed it, and the signature.
type Signed = (Order, Pubkey, [u8; 64]);

impl Stage {
    /// Signs an order by the command, for a fee of a dollar a unit at most.
    fn sign(&self, person: &Person, legs: &[String], limit: &str, units: u64) -> Signed {
        let units = units.to_string();
        let mut words = vec!["order", "sign", "--limit", limit, "--units", &units, "--max-fee", "1"];
        words.extend(legs.iter().flat_map(|leg| ["--leg", leg]));
        let signed = self.run(person, &words).json();
        let text = |name: &str| signed[name].as_str().expect("a text").to_owned();
        let message = BASE64_STANDARD.decode(text("message")).expect("base64");
        let order = Order::deserialize(&mut &message[..]).expect("an order");
        let signature: Signature = text("signature").parse().expect("a signature");
        (order, person.key.pubkey(), signature.into())
    }

    /// Settles a fill of all units of two orders, at prices of a lot of each leg.
    fn settle(
        &self,
        people: [&Person; 2],
        [maker, taker]: [&Signed; 2],
        prices: Vec<u64>,
        fee: u64,
    ) -> Result<Sent> {
        let args = SettleFillsArgs {
            maker: maker.0.clone(),
            taker: taker.0.clone(),
            maker_units: maker.0.units,
            taker_units: taker.0.units,
            prices,
            maker_fee: 0,
            taker_fee: fee,
        };
        let exchange = self.exchange();
        let held = people.map(|person| Held::<MarginAccount> {
            address: person.account,
            state: self.margin_account(person),
        });
        let operator = Arc::new(actor("operator"));
        let signed = [maker, taker].map(|(_, signer, signature)| (*signer, *signature));
        let steps =
            Build::new(&exchange).settle_fills(&operator.pubkey(), [&held[0], &held[1]], &args, signed)?;
        let sender = Sender::new(self.chain.clone(), operator, SendOptions::default());
        self.wait(sender.send(&steps, &[]))
    }

    /// The first buys a fifth of a bitcoin's perp of the second at 95 000, who pays a fee of 1.9 dollars; what neither
    /// signed is refused.
    pub fn fill(&mut self, people: [&Person; 2]) {
        let [first, second] = people;
        let maker = self.sign(first, &["1-PERP +0.01".into()], "951", 20);
        let taker = self.sign(second, &["1-PERP -0.01".into()], "-949", 20);
        let cash = people.map(|person| self.margin_account(person).cash);
        let settle = |price| self.settle(people, [&maker, &taker], vec![price], 1_900_000);
        let refused = settle(952_000_000).expect_err("a price above the maker's limit");
        assert!(refused.to_string().contains("limit"), "{refused}");
        let (group, waiting) = (self.group_as_is(), self.waiting());
        settle(950_000_000).unwrap_or_else(|error| panic!("{error}"));
        // Not a byte of what all fills share has changed: the fee waits in the market.
        assert_eq!(self.group_as_is(), group);
        assert_eq!(self.waiting() - waiting, 1_900_000);
        let held = people.map(|person| self.margin_account(person));
        let beside = held.map(|account| account.uncounted);
        assert_eq!(beside[1], -1_900_000, "the group still counts the fee as the second's");
        assert_eq!(held.map(|account| account.legs[0].quantity), [70, -70], "in hundredths");
        assert_eq!(held.map(|account| account.cash), [cash[0], cash[1] - 1_900_000]);
        self.told
            .done("a fill of two signed orders settled without the group, and one beyond a limit refused");
    }

    /// Bytes of the group and of its venue.
    fn group_as_is(&self) -> [Vec<u8>; 2] {
        let both = [self.group, seeds::find_venue(&self.group, 1).0];
        let found = self.wait(self.chain.accounts(&both)).expect("an answer");
        let data: Vec<_> = found.into_iter().map(|account| account.expect("it is there").data).collect();
        data.try_into().expect("two")
    }

    /// Fees that wait in the first market.
    fn waiting(&self) -> u128 {
        self.exchange().markets[&1].waiting.sum()
    }

    /// A fill of eight positions in three markets, which is too large without lookup tables: the first gets 160 dollars
    /// for two options.
    pub fn wide_fill(&mut self, people: [&Person; 2]) {
        let dates = self.dates();
        let [near, far] = [&dates[0], &dates[1]];
        let legs = |sign: [&str; 2]| {
            let [more, less] = sign;
            [
                format!("1-PERP {less}0.1"),
                format!("1-{near} {more}0.1"),
                format!("1-{near}-100000-C {less}0.1"),
                format!("1-{far}-85000-P {less}0.1"),
                format!("2-PERP {more}1"),
                format!("2-{far} {less}1"),
                format!("3-PERP {more}10"),
                format!("3-{near} {less}10"),
            ]
        };
        let cash = people.map(|person| self.margin_account(person).cash);
        let maker = self.sign(people[0], &legs(["+", "-"]), "-160", 1);
        let taker = self.sign(people[1], &legs(["-", "+"]), "160", 1);
        let prices = maker.0.legs.iter().map(|leg| match (leg.number, leg.kind) {
            // A hundredth of what a call on a bitcoin costs, and a put: 900 and 700 dollars.
            (1, 3) => 9_000_000,
            (1, 4) => 7_000_000,
            (1, _) => 950_000_000,
            (2, _) => 34_000_000,
            // A tenth of a SOL.
            _ => 18_000_000,
        });
        let prices = prices.collect();
        self.settle(people, [&maker, &taker], prices, 0).unwrap_or_else(|error| panic!("{error}"));
        let held = people.map(|person| self.margin_account(person));
        for account in &held {
            assert_eq!(account.legs.iter().filter(|leg| leg.market != 0).count(), 8);
        }
        assert_eq!(held.map(|account| account.cash), [cash[0] + 160_000_000, cash[1] - 160_000_000]);
        let tables = Pubkey::from_str_const("AddressLookupTab1e1111111111111111111111111");
        // Whose a table is stands behind its kind, two slots, a number and that there is somebody.
        let owned = [(22, actor("operator").pubkey().to_bytes().to_vec())];
        let tables = self.wait(self.chain.program_accounts(&tables, owned)).expect("an answer");
        assert_eq!(tables.len(), 1, "the client made a lookup table for it");
        self.told.done("a fill of eight positions settled, with a lookup table that the client made");
    }
}
