//! What `refresh_price` refuses, with the error's number; nothing changes when it does.

use crate::refusal::{every_account_is_needed, refused, refused_with};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{risk::Preset, seeds};
use ballast_testkit::{
    price_account, risk_program, Account, Instruction, Level, PriceUpdate, RiskSpec, World, BTC, ETH,
};

const ACCOUNT: Pubkey = Pubkey::from_str_const("DaZT4FTSFYX6Lv5u8QDyKpG6bDR5riefXqYQPJAXHhcr");
const OTHER_RECEIVER: Pubkey = Pubkey::from_str_const("rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp");
const NOBODY: Pubkey = Pubkey::new_from_array([0; 32]);

ballast_testkit::on_every_svm!(
    refresh_price_refuses_what_is_not_the_markets_own_oracle,
    refresh_price_refuses_prices_of_another_time,
    refresh_price_refuses_tampered_accounts,
);

struct Scene {
    spec: RiskSpec,
    oracle: Pubkey,
    refresh: Instruction,
}

impl Scene {
    /// BTC and ETH have prices, a hundred seconds old, and BTC's oracle has a new one.
    fn new(world: &mut World) -> Self {
        let spec = world.create_risk(Preset::Ballast, &[BTC, ETH]);
        world.set_price(&spec, BTC, 95_000_00000000);
        world.set_price(&spec, ETH, 3_500_00000000);
        world.svm.pass(100);
        let oracle = price_account(&spec.group, BTC);
        let refresh = risk_program::refresh_price(&spec.group, BTC, &oracle);
        let scene = Self { spec, oracle, refresh };
        let update = scene.update(world);
        world.publish(&scene.oracle, &update);
        scene
    }

    fn update(&self, world: &mut World) -> PriceUpdate {
        world.price_update(BTC, 96_000_00000000)
    }

    fn refused_with(&self, world: &mut World, what: &str, code: u32) {
        refused_with(world, what, code, self.refresh.clone(), &[]);
    }

    /// Publishes the good price again, which is then taken.
    fn accepted(&self, world: &mut World, what: &str, update: &PriceUpdate) {
        world.publish(&self.oracle, update);
        let sent = world.svm.send(std::slice::from_ref(&self.refresh), &[]);
        sent.unwrap_or_else(|failure| panic!("{what}: {failure:#?}"));
        let price = world.market_risk(&self.spec.group, BTC).price;
        assert_eq!((price.index, price.published_at), (960_000_000_000_000, update.published_at), "{what}");
    }
}

fn refresh_price_refuses_what_is_not_the_markets_own_oracle(world: &mut World) {
    let scene = Scene::new(world);
    let good = scene.update(world);
    let updates: [(&str, u32, PriceUpdate); 8] = [
        ("the other receiver's account", 6012, PriceUpdate { owner: OTHER_RECEIVER, ..good }),
        ("the account program's account", 6012, PriceUpdate { owner: ACCOUNT, ..good }),
        ("a wallet", 6012, PriceUpdate { owner: NOBODY, ..good }),
        ("another feed", 6014, PriceUpdate { id: [7; 32], ..good }),
        ("a feed that differs in its last byte", 6014, PriceUpdate { id: last_byte_off(good.id), ..good }),
        ("no guardian's signature", 6015, PriceUpdate { level: Level::Partial(0), ..good }),
        ("one signature too few", 6015, PriceUpdate { level: Level::Partial(12), ..good }),
        ("any number of signatures", 6015, PriceUpdate { level: Level::Partial(255), ..good }),
    ];
    for (what, code, update) in updates {
        world.publish(&scene.oracle, &update);
        scene.refused_with(world, what, code);
    }

    let data = good.data();
    let mut tampered = vec![("nothing".to_string(), 6013, vec![])];
    for length in [7, 8, 40, 41, 72, 73, 132] {
        tampered.push((format!("{length} bytes"), 6013, data[..length].to_vec()));
    }
    for place in 0..8 {
        let mut data = data.clone();
        data[place] ^= 1;
        tampered.push((format!("a tag that differs in byte {place}"), 6013, data));
    }
    for level in [2, 255] {
        let mut data = data.clone();
        data[40] = level;
        tampered.push((format!("level {level}, which there is not"), 6015, data));
    }
    for (what, code, data) in tampered {
        world.junk(&scene.oracle, &good.owner, data);
        scene.refused_with(world, &what, code);
    }
    scene.accepted(world, "the good price", &good);
}

fn last_byte_off(mut id: [u8; 32]) -> [u8; 32] {
    id[31] ^= 1;
    id
}

fn refresh_price_refuses_prices_of_another_time(world: &mut World) {
    let scene = Scene::new(world);
    let good = scene.update(world);
    let now = world.svm.now();
    let at = |published_at: i64| PriceUpdate { published_at, ..good };
    let refused = |world: &mut World, what: &str, code: u32, update: PriceUpdate| {
        world.publish(&scene.oracle, &update);
        scene.refused_with(world, what, code);
    };
    refused(world, "61 seconds old", 6017, at(now - 61));
    refused(world, "of the beginning of time", 6017, at(i64::MIN));
    // What means nothing is no better at that.
    refused(world, "nothing, 61 seconds old", 6017, PriceUpdate { price: 0, ..at(now - 61) });
    scene.accepted(world, "60 seconds old", &at(now - 60));

    refused(world, "61 seconds old, and older than known", 6017, at(now - 61));
    world.svm.pass(-1);
    refused(world, "older than known", 6018, at(now - 61));
    refused(world, "nothing, older than known", 6018, PriceUpdate { price: 0, ..at(now - 61) });
    world.svm.pass(1);

    refused(world, "from 11 seconds ahead", 6016, at(now + 11));
    refused(world, "from the end of time", 6016, at(i64::MAX));
    refused(world, "nothing, from 11 seconds ahead", 6016, PriceUpdate { price: 0, ..at(now + 11) });
    scene.accepted(world, "from 10 seconds ahead", &at(now + 10));
    refused(world, "a second older than known", 6018, at(now + 9));
    scene.accepted(world, "as old as known", &at(now + 10));
}

fn refresh_price_refuses_tampered_accounts(world: &mut World) {
    let scene = Scene::new(world);
    let group = scene.spec.group;
    let risk = seeds::find_market_risk(&group, BTC).0;
    assert_eq!(scene.refresh.accounts.len(), 2);
    assert_eq!((scene.refresh.accounts[0].pubkey, scene.refresh.accounts[1].pubkey), (risk, scene.oracle));

    let tampered = |edit: &dyn Fn(&mut Instruction)| {
        let mut instruction = scene.refresh.clone();
        edit(&mut instruction);
        instruction
    };
    let person = world.person("passer-by");
    let margin_account = world.open_account(&group, &person, &person, 0).0;
    let with_risk = |key: Pubkey| tampered(&|ix| ix.accounts[0].pubkey = key);
    let with_oracle = |key: Pubkey| tampered(&|ix| ix.accounts[1].pubkey = key);
    let (model, committee) = (seeds::find_model(&group).0, seeds::find_committee(&group).0);
    let cases: [(&str, u32, Instruction); 12] = [
        ("another market's risk", 6011, with_risk(seeds::find_market_risk(&group, ETH).0)),
        ("the group's model", 3002, with_risk(model)),
        ("the group's committee", 3002, with_risk(committee)),
        ("the group itself", 3007, with_risk(group)),
        ("a margin account", 3007, with_risk(margin_account)),
        ("a market that is not there", 3007, with_risk(seeds::find_market_risk(&group, 9).0)),
        ("another market's price account", 6011, with_oracle(price_account(&group, ETH))),
        ("a price account that is not there", 6011, with_oracle(Pubkey::new_from_array([9; 32]))),
        ("a risk that cannot be written", 2000, tampered(&|ix| ix.accounts[0].is_writable = false)),
        ("no accounts", 3005, tampered(&|ix| ix.accounts.clear())),
        ("no data", 101, tampered(&|ix| ix.data.clear())),
        ("data cut short", 101, tampered(&|ix| ix.data.truncate(7))),
    ];
    for (what, code, instruction) in cases {
        refused_with(world, what, code, instruction, &[]);
    }
    every_account_is_needed(world, &scene.refresh, &[], &[]);

    let real = world.svm.account(&risk).expect("the market's risk");
    let with = |edit: &dyn Fn(&mut Account)| {
        let mut account = real.clone();
        edit(&mut account);
        account
    };
    let cases: [(&str, u32, Account); 7] = [
        ("a risk of an older version", 6003, with(&|account| account.data[8] = 0)),
        ("a risk of a newer version", 6003, with(&|account| account.data[8] = 2)),
        ("a risk of the last version", 6003, with(&|account| account.data[8] = 255)),
        ("a risk of another type", 3002, with(&|account| account.data[0] ^= 1)),
        ("a risk without a type", 3001, with(&|account| account.data.truncate(7))),
        ("a risk of the account program's", 3007, with(&|account| account.owner = ACCOUNT)),
        ("a risk of nobody's", 3007, with(&|account| account.owner = NOBODY)),
    ];
    for (what, code, account) in cases {
        world.svm.set_account(&risk, account);
        scene.refused_with(world, what, code);
    }
    world.svm.set_account(&risk, with(&|account| account.data.truncate(2_559)));
    refused(world, "a risk that is a byte short", scene.refresh.clone(), &[]);

    world.svm.set_account(&risk, real);
    let good = scene.update(world);
    scene.accepted(world, "the accounts as they were", &good);
}
