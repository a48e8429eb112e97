//! A group with markets, prices and surfaces, by the programs' own instructions.

use crate::{actor, feed::Level, signed, svm::Outcome, GroupSpec, PriceUpdate, World};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::MarginAccount,
    risk::{
        instructions, Assessment, Committee, CreateMarketRiskArgs, CreateModelArgs, Feed, MarketRisk,
        MarketRules, Model, PostSurfaceArgs, PredictorRules, Preset, Slice, FEED_PYTH, RECEIVERS,
    },
    seeds,
};
use ballast_margin::{presets::ballast::MARKETS, units::STEPS};
use solana_account::Account;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Number of the BTC market.
pub const BTC: u16 = 1;
/// Number of the ETH market.
pub const ETH: u16 = 2;
/// Number of the SOL market.
pub const SOL: u16 = 3;

/// A ratio in 2^-40; for rules, not for expected values.
pub fn fraction(value: f64) -> i64 {
    (value * (1u64 << 40) as f64).round() as i64
}

/// Dollars in 10^-10.
pub fn dollars(value: u64) -> u64 {
    value * STEPS
}

/// What a market of the defaults starts with: BTC, ETH and SOL by their numbers, others like SOL.
pub fn rules(group: &Pubkey, market: u16) -> MarketRules {
    let defaults = MARKETS.iter().find(|known| known.id == market).unwrap_or(&MARKETS[2]);
    MarketRules {
        feed: Feed {
            owner: RECEIVERS[0],
            account: price_account(group, market),
            id: feed_id(market),
            max_interval: defaults.interval.0,
            band: fraction(0.1),
            max_age: 60,
            wide_grace: 120,
            far_pause: 600,
            kind: FEED_PYTH,
            padding: [0; 3],
        },
        predictor: PredictorRules::new(&defaults.predictor),
        start_variance: fraction(0.36),
        slow_per_hour: fraction(0.06),
        // A hundredth of a coin; a tenth of a SOL.
        lot: if market == BTC || market == ETH { 100_000_000 } else { 1_000_000_000 },
        depth: defaults.depth.0,
        haircut: defaults.haircut.0,
        haircut_initial: defaults.haircut_initial.0,
        least_volatility: fraction(0.05),
        most_volatility: fraction(5.0),
        volatility_move: fraction(0.25),
        volatility_move_per_hour: fraction(0.5),
        forward_gap: fraction(0.02),
        forward_gap_per_year: fraction(0.3),
        surface_seconds: 3_600,
        attestation_seconds: 86_400,
        moves_like: market,
        token_decimals: 8,
        padding: [0; 5],
    }
}

/// Name of a market's feed.
pub fn feed_id(market: u16) -> [u8; 32] {
    let mut id = [0xfe; 32];
    id[..2].copy_from_slice(&market.to_le_bytes());
    id
}

/// Address of a market's price account.
pub fn price_account(group: &Pubkey, market: u16) -> Pubkey {
    let mut bytes = group.to_bytes();
    bytes[30..].copy_from_slice(&market.to_le_bytes());
    Pubkey::new_from_array(bytes)
}

/// A date with about the volatility `sigma`, a smile and a skew, at a forward in 10^-10 dollars.
pub fn slice(now: i64, seconds: i64, forward: u64, sigma: f64) -> Slice {
    let years = seconds as f64 / 31_536_000.0;
    let root = sigma * years.sqrt();
    let bits = |value: f64| (value * (1u64 << 48) as f64).round() as i64;
    Slice {
        expiry: now + seconds,
        forward,
        a: bits(0.6 * root * root),
        b: bits(0.4 * root),
        rho: bits(-0.3),
        m: bits(0.0),
        s: bits(root),
    }
}

/// A group with a model, a committee of three of whom two must sign, and markets without prices.
pub struct RiskSpec {
    /// The group.
    pub group: Pubkey,
    /// Its authority, who can pay.
    pub authority: Keypair,
    /// The committee.
    pub attestors: [Keypair; 3],
    /// Numbers of the markets.
    pub markets: Vec<u16>,
}

impl RiskSpec {
    /// Two of the attestors.
    pub fn quorum(&self) -> [&Keypair; 2] {
        [&self.attestors[0], &self.attestors[2]]
    }
}

impl World {
    /// Creates a group over a dollar of six decimals, with a model, a committee, and markets without prices.
    pub fn create_risk(&mut self, preset: Preset, markets: &[u16]) -> RiskSpec {
        let authority = self.person("authority");
        let quote_mint = self.create_mint(&spl_token_interface::ID, "dollar", 6);
        let (group, _) = self.create_group(&GroupSpec {
            creator: &authority,
            payer: &authority,
            quote_mint,
            index: 1,
            authority: authority.pubkey(),
            guardian: actor("guardian").pubkey(),
        });
        let attestors = ["attestor 0", "attestor 1", "attestor 2"].map(actor);
        let (key, seats) = (authority.pubkey(), attestors.each_ref().map(Signer::pubkey));
        let args = CreateModelArgs { preset, peg_market: 0 };
        let model = instructions::create_model(&group, &key, &key, args);
        let committee = instructions::create_committee(&group, &key, &key, &seats, 2);
        for step in [model, committee] {
            self.svm.send(&[step], &[&authority]).expect("the group gets its model and committee");
        }
        for market in markets {
            let args = CreateMarketRiskArgs { market: *market, rules: rules(&group, *market) };
            let create = instructions::create_market_risk(&group, &key, &key, &args);
            self.svm.send(&[create], &[&authority]).expect("the market gets its risk");
        }
        RiskSpec { group, authority, attestors, markets: markets.to_vec() }
    }

    /// A good price update of a market, published now: in 10^-8 dollars, a thousandth either way.
    pub fn price_update(&mut self, market: u16, price: i64) -> PriceUpdate {
        let now = self.svm.now();
        PriceUpdate {
            owner: RECEIVERS[0],
            write_authority: actor("pusher").pubkey(),
            level: Level::Full,
            id: feed_id(market),
            price,
            interval: (price / 1_000).unsigned_abs(),
            exponent: -8,
            published_at: now,
            published_before: now - 1,
            average: price,
            average_interval: (price / 1_000).unsigned_abs(),
            posted_slot: 1,
        }
    }

    /// Publishes a good price in 10^-8 dollars, and refreshes it.
    pub fn set_price(&mut self, spec: &RiskSpec, market: u16, price: i64) -> Outcome {
        let update = self.price_update(market, price);
        let address = price_account(&spec.group, market);
        self.publish(&address, &update);
        let refresh = instructions::refresh_price(&spec.group, market, &address);
        self.svm.send(&[refresh], &[]).unwrap_or_else(|failure| panic!("refresh_price: {failure:#?}"))
    }

    /// Posts a surface that two of the committee signed, valid from now for half an hour.
    pub fn set_surface(&mut self, spec: &RiskSpec, market: u16, slices: &[Slice]) -> Outcome {
        let args = self.surface_args(spec, market, slices);
        let post = signed(instructions::post_surface(&args), &spec.quorum());
        self.svm.send(&post, &[]).unwrap_or_else(|failure| panic!("post_surface: {failure:#?}"))
    }

    /// Arguments of a surface that would be accepted now.
    pub fn surface_args(&mut self, spec: &RiskSpec, market: u16, slices: &[Slice]) -> PostSurfaceArgs {
        let now = self.svm.now();
        let risk = self.market_risk(&spec.group, market);
        PostSurfaceArgs {
            group: spec.group,
            market,
            epoch: self.committee(&spec.group).epoch,
            sequence: risk.sequences[0] + 1,
            valid_from: now,
            valid_until: now + 1_800,
            index: risk.price.index,
            slices: slices.to_vec(),
        }
    }

    /// The report on an account; anybody may ask.
    pub fn assess(&mut self, spec: &RiskSpec, account: &Pubkey, markets: &[u16]) -> Assessment {
        let ask = instructions::assess(&spec.group, account, markets);
        let limit = ComputeBudgetInstruction::set_compute_unit_limit(1_400_000);
        let sent = self.svm.send(&[limit, ask], &[]).unwrap_or_else(|failure| panic!("assess: {failure:#?}"));
        Assessment::from_bytes(&sent.return_data).expect("a report")
    }

    /// The risk of a market, as it stands.
    pub fn market_risk(&mut self, group: &Pubkey, market: u16) -> MarketRisk {
        self.typed(&seeds::find_market_risk(group, market).0)
    }

    /// A group's committee.
    pub fn committee(&mut self, group: &Pubkey) -> Committee {
        self.typed(&seeds::find_committee(group).0)
    }

    /// A group's model.
    pub fn model(&mut self, group: &Pubkey) -> Model {
        self.typed(&seeds::find_model(group).0)
    }

    /// An account's bytes as its layout, behind the discriminator.
    pub fn typed<T: bytemuck::AnyBitPattern>(&mut self, address: &Pubkey) -> T {
        let account = self.svm.account(address).unwrap_or_else(|| panic!("there is no account {address}"));
        bytemuck::pod_read_unaligned(&account.data[8..])
    }

    /// Writes a layout into an account that exists, past all rules: for states that no instruction leads to yet.
    pub fn overwrite<T: bytemuck::NoUninit>(&mut self, address: &Pubkey, layout: &T) {
        let mut account =
            self.svm.account(address).unwrap_or_else(|| panic!("there is no account {address}"));
        account.data[8..].copy_from_slice(bytemuck::bytes_of(layout));
        self.svm.set_account(address, account);
    }

    /// Opens an account and lets `edit` put a book into it, which no instruction can do yet.
    pub fn open_with_book(
        &mut self,
        spec: &RiskSpec,
        owner: &Keypair,
        sub_id: u16,
        edit: impl FnOnce(&mut MarginAccount),
    ) -> Pubkey {
        let (address, _) = self.open_account(&spec.group, owner, owner, sub_id);
        let mut account: MarginAccount = self.typed(&address);
        edit(&mut account);
        account.invariant().expect("a book that the account program could hold");
        self.overwrite(&address, &account);
        address
    }

    /// An account that belongs to nobody and is of no use, for tampering.
    pub fn junk(&mut self, address: &Pubkey, owner: &Pubkey, data: Vec<u8>) {
        let (lamports, owner) = (10_000_000, *owner);
        self.svm
            .set_account(address, Account { lamports, data, owner, executable: false, rent_epoch: u64::MAX });
    }
}
