//! The exchange in which everything is played: set up once, copied for every sequence.

use crate::state::vaults;
use anchor_lang::prelude::{Clock, Pubkey};
use ballast_interface::{
    account::{instructions::TokenSide, switches, Group, GroupRules},
    ids,
    liquidation::RescueRules,
    risk::{instructions as risk_program, Preset},
    seeds,
};
use ballast_testkit::{
    account_program, actor, dollars, group_rules, limit, liquidation_program, rescue_rules, rules, signed,
    slice, Account, Arch, Exchange, Failure, Instruction, Keypair, Lite, Outcome, Signer, Svm, World, BTC,
    DOLLAR, ETH,
};
use std::{cell::RefCell, rc::Rc};

/// Numbers of both markets.
pub const MARKETS: [u16; 2] = [BTC, ETH];
/// The first dates on which something expires: a Tuesday and a Friday, at eight.
pub const DATES: [i64; 2] =
    [ballast_testkit::START + 86_400 + 28_800, ballast_testkit::START + 4 * 86_400 + 28_800];
/// Longest age of a good price, and of a surface, on this stage.
const PRICE_SECONDS: u32 = 3_600;
const SURFACE_SECONDS: u32 = 7 * 86_400;

/// What the SVM and all that was heard of its events are kept in.
struct Tape {
    lite: Lite,
    heard: Vec<Vec<u8>>,
}

/// A LiteSVM that keeps every event.
#[derive(Clone)]
pub struct Recorded(Rc<RefCell<Tape>>);

impl Recorded {
    fn new(arch: Arch) -> Self {
        Self(Rc::new(RefCell::new(Tape { lite: Lite::new(arch), heard: vec![] })))
    }

    /// Another one that stands where this one stands.
    pub fn copied(&self) -> Self {
        let tape = self.0.borrow();
        Self(Rc::new(RefCell::new(Tape { lite: tape.lite.clone(), heard: vec![] })))
    }

    /// The events since the last time.
    pub fn heard(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.borrow_mut().heard)
    }
}

impl Svm for Recorded {
    fn name(&self) -> String {
        self.0.borrow().lite.name()
    }

    fn payer(&self) -> Pubkey {
        self.0.borrow().lite.payer()
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        let tape = &mut *self.0.borrow_mut();
        let sent = tape.lite.send(instructions, signers)?;
        tape.heard.extend(sent.events.iter().cloned());
        Ok(sent)
    }

    fn account(&mut self, address: &Pubkey) -> Option<Account> {
        self.0.borrow_mut().lite.account(address)
    }

    fn set_account(&mut self, address: &Pubkey, account: Account) {
        self.0.borrow_mut().lite.set_account(address, account);
    }

    fn rent(&mut self, length: usize) -> u64 {
        self.0.borrow_mut().lite.rent(length)
    }

    fn clock(&mut self) -> Clock {
        self.0.borrow_mut().lite.clock()
    }

    fn set_clock(&mut self, clock: Clock) {
        self.0.borrow_mut().lite.set_clock(clock);
    }
}

/// An account, whose it is, and the token accounts of its owner: of dollars, of bank one, of bank two.
pub struct Seat {
    pub key: Keypair,
    pub sub_id: u16,
    pub account: Pubkey,
    pub purses: [TokenSide; 3],
}

/// Everybody who plays.
pub struct Cast {
    pub exchange: Exchange,
    /// The first two are one owner's.
    pub seats: Vec<Seat>,
    /// Signs in the place of the liquidation program, which a keypair cannot be: the group is overwritten for it.
    pub rescuer: Keypair,
    /// Token account of the rescuer.
    pub insurance: TokenSide,
    /// Brings dollars to others' accounts.
    pub stranger: Keypair,
    pub stranger_purse: TokenSide,
    /// Signs for what is not his.
    pub thief: Keypair,
    pub thief_purses: [TokenSide; 3],
    /// May trade for the owner of a seat who lets him.
    pub delegate: Keypair,
    pub guardian: Keypair,
    /// Where the group's and the venue's fees are collected.
    pub fee_purses: [TokenSide; 2],
    pub places: Places,
    /// Whether the liquidation program runs rescues, and not its stand-in.
    pub rescued: bool,
}

/// Addresses that are looked up after every transaction: finding one takes longer than reading it.
pub struct Places {
    pub vaults: [Pubkey; 3],
    pub markets: [Pubkey; 2],
    pub banks: [Pubkey; 2],
    pub venue: Pubkey,
    pub records: Vec<Pubkey>,
    pub fund: Pubkey,
    pub fund_vault: Pubkey,
    pub auctions: Vec<Pubkey>,
    /// Of the owners of all seats.
    pub stakes: Vec<Pubkey>,
}

impl Places {
    fn new(group: &Pubkey, seats: &[Seat]) -> Self {
        let fund = seeds::find_fund(group).0;
        Self {
            vaults: vaults(group),
            markets: MARKETS.map(|number| seeds::find_market(group, number).0),
            banks: MARKETS.map(|number| seeds::find_bank(group, number).0),
            venue: seeds::find_venue(group, 1).0,
            records: seats.iter().map(|seat| seeds::find_order_record(&seat.account).0).collect(),
            fund,
            fund_vault: seeds::find_fund_vault(&fund).0,
            auctions: seats.iter().map(|seat| seeds::find_auction(&seat.account).0).collect(),
            stakes: seats.iter().map(|seat| seeds::find_stake(&fund, &seat.key.pubkey()).0).collect(),
        }
    }
}

impl Cast {
    /// The group.
    pub fn group(&self) -> Pubkey {
        self.exchange.group()
    }

    /// Which seat an account is.
    pub fn seat_of(&self, account: &Pubkey) -> Option<usize> {
        self.seats.iter().position(|seat| seat.account == *account)
    }
}

/// The stage before the first step.
pub struct Stage {
    pub cast: Cast,
    pub at: Recorded,
    /// Every event of how it came to be.
    pub heard: Vec<Vec<u8>>,
}

/// What each seat begins with: dollars, hundredths of a Bitcoin, tenths of an Ether.
const MONEY: [(i64, u64, u64); 8] = [
    (60_000, 100, 0),
    (0, 0, 0),
    (200_000, 0, 0),
    (20_000, 50, 100),
    (8_000, 0, 0),
    (100_000, 0, 500),
    (30_000, 0, 0),
    (3_000, 10, 0),
];
/// Who takes over from others, and who has signed orders for that, on the stage with the liquidation program.
pub const KEEPER: usize = 2;
pub const MAKER: usize = 6;

/// Rules by which small funds are used up, small accounts come up, and stakes leave within a sequence.
pub fn rescue_terms() -> RescueRules {
    RescueRules {
        small: 2_000 * DOLLAR as u64,
        market_cap: 8_000 * DOLLAR as u64,
        cooldown_seconds: 3_600,
        ..rescue_rules()
    }
}

const NAMES: [&str; 8] = ["ann", "ann", "ben", "cleo", "dan", "eve", "fritz", "gus"];

impl Stage {
    /// Sets the stage.
    pub fn new(arch: Arch) -> Self {
        let at = Recorded::new(arch);
        let mut world = World::new(at.clone());
        let exchange = world.create_exchange(Preset::Ballast, &MARKETS);
        let cast = people(&mut world, exchange);
        open_markets(&mut world, &cast);
        let heard = at.heard();
        Self { cast, at, heard }
    }

    /// The same with the liquidation program and a fund, and with two who can take over.
    pub fn with_rescues(arch: Arch) -> Self {
        let mut stage = Self::new(arch);
        let mut world = World::new(stage.at.clone());
        let cast = &mut stage.cast;
        let (group, rules) = (cast.group(), rescue_terms());
        let mut as_it_is: Group = world.typed(&group);
        as_it_is.rescuer = seeds::find_rescuer(&group, &ids::LIQUIDATION).0;
        world.overwrite(&group, &as_it_is);
        world.create_fund(&cast.exchange, &rules);
        // Little is lent: what more is lost waits in the markets, and winners bear it.
        let authority = cast.exchange.risk.authority.insecure_clone();
        let rules = GroupRules { borrow_cap: 6_000 * DOLLAR as u64, ..group_rules() };
        let change = account_program::change_group(&group, &authority.pubkey(), &rules);
        world.svm.send(&[change], &[&authority]).expect("the rules change");
        for (seat, money) in [(KEEPER, 2_000_000), (MAKER, 400_000)] {
            let (of, amount) = (&cast.seats[seat], money * DOLLAR as u64);
            world.mint_to(&of.purses[0], amount);
            let by = of.key.pubkey();
            let deposit =
                account_program::deposit(&group, &of.account, 0, 0, &of.purses[0], &by, amount, &[]);
            world.svm.send(&[deposit], &[&of.key]).expect("the deposit is taken");
        }
        for (seat, money) in [(3, 2_000), (5, 3_000)] {
            let of = &cast.seats[seat];
            let (by, amount) = (of.key.pubkey(), money * DOLLAR as u64);
            let stake = liquidation_program::stake(&group, &by, &by, &of.purses[0], amount, &MARKETS);
            world.svm.send(&[stake], &[&of.key]).expect("the stake is taken");
        }
        cast.rescued = true;
        stage.heard.extend(stage.at.heard());
        stage
    }

    /// A copy to play on.
    pub fn world(&self) -> (World, Recorded) {
        let at = self.at.copied();
        (World::new(at.clone()), at)
    }
}

fn purses(world: &mut World, exchange: &Exchange, key: &Keypair, name: &str, full: bool) -> [TokenSide; 3] {
    let mints = [exchange.dollar, exchange.mints[0], exchange.mints[1]];
    let amounts = [100_000 * DOLLAR as u64, 1_000_000_000, 10_000_000_000];
    let mut place = 0;
    mints.map(|mint| {
        place += 1;
        let amount = if full { amounts[place - 1] } else { 0 };
        world.purse(&mint, key, &format!("{name} purse {place}"), amount)
    })
}

/// Somebody with a SOL: the payer of all fees has not enough for a hundred each.
fn person(world: &mut World, name: &str) -> Keypair {
    let person = actor(name);
    world.svm.fund(&person.pubkey(), 1_000_000_000);
    person
}

fn people(world: &mut World, exchange: Exchange) -> Cast {
    let group = exchange.group();
    let mut seats: Vec<Seat> = vec![];
    for (place, (name, (cash, btc, eth))) in NAMES.iter().zip(MONEY).enumerate() {
        let sub_id = u16::from(place == 1);
        let key = person(world, name);
        let purses = match sub_id {
            0 => purses(world, &exchange, &key, name, true),
            _ => seats[0].purses,
        };
        let (account, _) = world.open_account(&group, &key, &key, sub_id);
        let owner = key.pubkey();
        let mut steps = vec![account_program::open_orders(&account, &owner, &owner, 0)];
        let amounts = [cash as u64 * DOLLAR as u64, btc * 1_000_000, eth * 10_000_000];
        world.mint_to(&purses[0], amounts[0].max(1));
        for (bank, amount) in amounts.into_iter().enumerate().filter(|(_, amount)| *amount > 0) {
            if bank > 0 {
                world.mint_to(&purses[bank], amount);
            }
            let market = MARKETS[bank.saturating_sub(1)];
            let from = &purses[bank];
            steps.push(account_program::deposit(
                &group,
                &account,
                bank as u16,
                market,
                from,
                &owner,
                amount,
                &[],
            ));
        }
        seats.push(Seat { key, sub_id, account, purses });
        // Tokens need prices.
        for (market, price) in MARKETS.into_iter().zip([95_000_00000000, 3_500_00000000]) {
            world.set_price(&exchange.risk, market, price);
        }
        for step in steps {
            let key = &seats[place].key;
            world.svm.send(&[step], &[key]).unwrap_or_else(|failure| panic!("{name}: {failure:#?}"));
        }
    }
    let [rescuer, stranger, thief, delegate] =
        ["stand-in rescuer", "stranger", "thief", "delegate"].map(|name| person(world, name));
    let mut as_it_is: Group = world.typed(&group);
    as_it_is.rescuer = rescuer.pubkey();
    world.overwrite(&group, &as_it_is);
    let insurance = world.purse(&exchange.dollar, &rescuer, "insurance", 1_000_000 * DOLLAR as u64);
    let stranger_purse =
        world.purse(&exchange.dollar, &stranger, "stranger's purse", 1_000_000 * DOLLAR as u64);
    let thief_purses = purses(world, &exchange, &thief, "thief", true);
    let fee_purses = [actor("treasury"), exchange.operator.insecure_clone()];
    let fee_purses =
        [0, 1].map(|place| world.purse(&exchange.dollar, &fee_purses[place], &format!("fees {place}"), 0));
    let guardian = person(world, "guardian");
    let places = Places::new(&group, &seats);
    Cast {
        exchange,
        seats,
        rescuer,
        insurance,
        stranger,
        stranger_purse,
        thief,
        thief_purses,
        delegate,
        guardian,
        fee_purses,
        places,
        rescued: false,
    }
}

/// Prices and surfaces hold for longer than usual, so that time can pass in fewer steps; two dates are listed.
fn open_markets(world: &mut World, cast: &Cast) {
    let group = cast.group();
    let authority = cast.exchange.risk.authority.insecure_clone();
    for market in MARKETS {
        let mut rules = rules(&group, market);
        (rules.feed.max_age, rules.surface_seconds) = (PRICE_SECONDS, SURFACE_SECONDS);
        rules.volatility_move = 1 << 40;
        let change = risk_program::change_market_risk(&group, &authority.pubkey(), market, &rules);
        let mut terms = ballast_testkit::market_terms();
        terms.fallback_seconds = 3_600;
        terms.switches = switches::PERP | switches::FUTURES | switches::OPTIONS;
        let terms = account_program::change_market(&group, &authority.pubkey(), market, &terms);
        world.svm.send(&[limit(), change, terms], &[&authority]).expect("the market's rules change");
        for date in DATES {
            let list = account_program::list_expiry(&group, market, date);
            world.svm.send(&[list], &[]).expect("the date is listed");
        }
    }
    world.svm.pass(1);
    let now = world.svm.now();
    for (market, dollar) in MARKETS.into_iter().zip([95_000, 3_500]) {
        world.set_price(&cast.exchange.risk, market, dollar * 100_000_000);
        let dates = DATES.map(|date| slice(now, date - now, dollars(dollar as u64), 0.6));
        let mut args = world.surface_args(&cast.exchange.risk, market, &dates);
        args.valid_until = now + 6 * 86_400;
        let post = signed(risk_program::post_surface(&args), &cast.exchange.risk.quorum());
        world.svm.send(&post, &[]).unwrap_or_else(|failure| panic!("the surface: {failure:#?}"));
    }
}
