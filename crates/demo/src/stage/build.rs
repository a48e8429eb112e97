//! Building the stage.

use super::{dates, group_rules, market_rules, market_terms, rescue_rules, Stage, DAY_START, MARKETS};
use crate::tally::Tally;
use anchor_lang::prelude::Pubkey;
use ballast_client::Exchange as Known;
use ballast_interface::{
    account::instructions as account_program,
    risk::{instructions as risk_program, Preset},
    seeds,
};
use ballast_keeper::State;
use ballast_testkit::{Arch, Exchange, Lite, Signer, World};
use std::collections::BTreeMap;

impl Stage {
    /// A stage half an hour before the day begins, with programs of other bytes than those that were built, if some are
    /// given. Markets have no prices yet.
    pub fn new(instead: &[(Pubkey, Vec<u8>)]) -> Self {
        let mut world = World::new(Lite::with(Arch::V3, instead));
        let start = world.svm.now();
        world.svm.pass(DAY_START - start);
        let numbers = MARKETS.map(|(number, ..)| number);
        let exchange = world.create_exchange(Preset::Ballast, &numbers);
        govern(&mut world, &exchange);
        world.create_fund(&exchange, &rescue_rules());
        let state = State::new(known(&mut world, &exchange), 1);
        let epoch = world.committee(&exchange.group()).epoch;
        let (tally, now) = (Tally::default(), DAY_START);
        let mut stage = Self { world, exchange, state, tally, now, step: 0, epoch, slot: 1 };
        let group = stage.group_key();
        let mut common = vec![seeds::find_fund(&group).0, seeds::find_venue(&group, 1).0];
        for number in numbers {
            common.push(seeds::find_market(&group, number).0);
            common.push(seeds::find_market_risk(&group, number).0);
            common.push(seeds::find_bank(&group, number).0);
        }
        common.iter().for_each(|address| stage.reread(address));
        stage
    }

    /// Lists the dates of the day in every market.
    pub fn list_dates(&mut self) {
        let group = self.group_key();
        for (number, ..) in MARKETS {
            for expiry in dates() {
                let list = account_program::list_expiry(&group, number, expiry);
                let listed = self.send("account.list_expiry", &[list], &[]);
                listed.unwrap_or_else(|failure| panic!("list_expiry: {failure:#?}"));
            }
        }
    }
}

/// Puts the day's own rules in force.
fn govern(world: &mut World, exchange: &Exchange) {
    let (group, authority) = (exchange.group(), exchange.risk.authority.insecure_clone());
    let key = authority.pubkey();
    let mut steps = vec![account_program::change_group(&group, &key, &group_rules())];
    for (number, ..) in MARKETS {
        steps.push(account_program::change_market(&group, &key, number, &market_terms()));
        steps.push(risk_program::change_market_risk(&group, &key, number, &market_rules(&group, number)));
    }
    for step in steps {
        let sent = world.svm.send(&[step], &[&authority]);
        sent.unwrap_or_else(|failure| panic!("the day's rules: {failure:#?}"));
    }
}

/// The group and its model, and nothing numbered yet.
fn known(world: &mut World, exchange: &Exchange) -> Known {
    let group = exchange.group();
    Known {
        address: group,
        group: Box::new(world.typed(&group)),
        model: Box::new(world.model(&group)),
        fund: None,
        markets: BTreeMap::new(),
        risks: BTreeMap::new(),
        banks: BTreeMap::new(),
        venues: BTreeMap::new(),
    }
}
