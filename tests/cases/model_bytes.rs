//! A model account's bytes, field after field, as the layout is documented; nothing here asks the interface's own
//! conversion, which is what the bytes are held against.

use anchor_lang::prelude::Pubkey;
use ballast_margin::{
    model::{Model, Row, Vol},
    units::Fraction,
};

// First eight bytes of SHA-256 of "account:Model" and of "event:ModelChanged".
const MODEL_TAG: [u8; 8] = [152, 221, 247, 122, 185, 125, 223, 151];
const MODEL_CHANGED_TAG: [u8; 8] = [181, 71, 15, 177, 8, 249, 8, 87];

const RISK: Pubkey = Pubkey::from_str_const("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");

/// A group's model or draft by its address and bump.
pub fn address(seed: &[u8], group: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[seed, group.as_ref()], &RISK)
}

/// What a model account holds.
#[derive(Clone)]
pub struct ModelBytes {
    pub bump: u8,
    pub peg_market: u16,
    pub draft: bool,
    pub group: Pubkey,
    pub revision: u64,
    pub changed_at: i64,
    /// 416 bytes of parameters.
    pub parameters: Vec<u8>,
    pub rows: Vec<[u8; 32]>,
    pub correlations: Vec<[u8; 24]>,
}

impl ModelBytes {
    /// A model in force with the rules of one of the engine's.
    pub fn of(group: &Pubkey, rules: &Model, revision: u64, changed_at: i64) -> Self {
        let pairs = rules.cross.correlations.iter();
        Self {
            bump: address(b"model", group).1,
            peg_market: 0,
            draft: false,
            group: *group,
            revision,
            changed_at,
            parameters: parameters(rules),
            rows: rules.rows.iter().map(row).collect(),
            correlations: pairs
                .map(|pair| correlation(pair.markets.0, pair.markets.1, pair.low.0, pair.high.0))
                .collect(),
        }
    }

    /// The whole account: 4 096 bytes.
    pub fn account(&self) -> Vec<u8> {
        let mut bytes = MODEL_TAG.to_vec();
        bytes.extend([1, self.bump, self.rows.len() as u8, self.correlations.len() as u8]);
        bytes.extend(self.peg_market.to_le_bytes());
        bytes.extend([self.draft as u8, 0]);
        bytes.extend(self.group.to_bytes());
        bytes.extend(self.revision.to_le_bytes());
        bytes.extend(self.changed_at.to_le_bytes());
        bytes.extend(&self.parameters);
        let (rows, correlations) = (self.rows.concat(), self.correlations.concat());
        bytes.extend(&rows);
        bytes.extend(vec![0; 40 * 32 - rows.len()]);
        bytes.extend(&correlations);
        bytes.extend(vec![0; 45 * 24 - correlations.len()]);
        bytes.extend([0; 1_256]);
        assert_eq!(bytes.len(), 4_096);
        bytes
    }

    /// The event that tells of the account as it stands.
    pub fn event(&self, address: &Pubkey) -> Vec<u8> {
        let revision = self.revision.to_le_bytes();
        [&MODEL_CHANGED_TAG[..], self.group.as_ref(), address.as_ref(), &revision, &[self.draft as u8]]
            .concat()
    }
}

/// A row's bytes from its numbers.
pub fn row_bytes(multiplier: i64, weight: i64, mass: i64, vol: u8, scaled: u8) -> [u8; 32] {
    let numbers = [multiplier, weight, mass].map(i64::to_le_bytes).concat();
    [&numbers[..], &[vol, scaled], &[0; 6]].concat().try_into().expect("32 bytes")
}

/// A correlation's bytes from its numbers.
pub fn correlation(first: u16, second: u16, low: i64, high: i64) -> [u8; 24] {
    let markets = [first, second].map(u16::to_le_bytes).concat();
    let bounds = [low, high].map(i64::to_le_bytes).concat();
    [&markets[..], &[0; 4], &bounds].concat().try_into().expect("24 bytes")
}

fn row(row: &Row) -> [u8; 32] {
    let vol = match row.vol {
        Vol::Down => 0,
        Vol::Flat => 1,
        Vol::Up => 2,
        Vol::Linear => 3,
        Vol::Absolute => 4,
    };
    row_bytes(row.multiplier.0, row.weight.0, row.mass.0, vol, row.scaled as u8)
}

/// The parameters' bytes in the order of the layout: forty ratios, six of discounts, three times, the cap of gains as
/// sixteen bytes, three switches, and zeros up to eight bytes.
pub fn parameters(m: &Model) -> Vec<u8> {
    let none = [Fraction::ZERO; 6];
    let discount = m
        .discount
        .map_or(none, |d| [d.long_base, d.long_rate, d.long_add, d.short_base, d.short_rate, d.short_add]);
    let (skew, basis, add) = (&m.skew, &m.basis, &m.add_ons);
    let groups: [&[Fraction]; 12] = [
        &[m.vol.up, m.vol.down, m.vol.floor, m.vol.short_power, m.vol.long_power],
        &[skew.linear_base, skew.linear_cap, skew.absolute_base, skew.absolute_cap],
        &[skew.min_k, skew.width, skew.vol_base, skew.vol_slope],
        &[basis.up, basis.down, basis.add, basis.per_year],
        &[m.tail.share, m.tail.multiplier, m.cross.offset, m.cross.floor],
        &[m.factors.maintenance, m.factors.initial, m.factors.peg_threshold, m.factors.peg_factor],
        &[add.perp_maintenance, add.perp_initial, add.option_maintenance, add.option_initial],
        &[add.score_threshold, add.score_margin, add.convexity.kappa, add.convexity.gap],
        &[add.twist, add.liquidity.slope, add.liquidity.cap, add.interval],
        &[add.roll_per_year, add.roll_minimum],
        &[m.gains.weight],
        &discount,
    ];
    let seconds = [m.vol.floor_seconds, add.convexity.decay_seconds, m.settlement_seconds];
    let mut bytes: Vec<u8> = groups.concat().iter().flat_map(|ratio| ratio.0.to_le_bytes()).collect();
    bytes.extend(seconds.into_iter().flat_map(i64::to_le_bytes));
    bytes.extend(m.gains.cap.0.to_le_bytes());
    bytes.extend([m.discount.is_some() as u8, basis.scaled as u8, m.cross.covariance as u8, 0, 0, 0, 0, 0]);
    bytes
}
