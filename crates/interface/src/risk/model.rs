//! A group's risk model: scenarios, correlations and parameters.

use super::{ModelCorrelation, ModelParameters, ModelRow, RiskError, NO_RULES, SETTLEMENT_SECONDS};
use anchor_lang::prelude::*;
use ballast_margin::model::{Correlation, Cross, Model as Rules, Row};

/// Most rows of a model.
pub const MAX_ROWS: usize = 40;

/// Most pairs of markets with a correlation: those of ten markets.
pub const MAX_CORRELATIONS: usize = 45;

/// The rules by which a group's accounts are margined, or a draft of such rules.
#[account("account", zero_copy)]
pub struct Model {
    /// Version of this layout, `Model::VERSION`.
    pub version: u8,
    /// Bump of the model's address.
    pub bump: u8,
    /// Number of rows in use.
    pub row_count: u8,
    /// Number of correlations in use.
    pub correlation_count: u8,
    /// Number of the market whose price is that of the quote token; zero takes the peg for granted.
    pub peg_market: u16,
    /// One for a draft, which margins nobody.
    pub draft: u8,
    /// Zero.
    pub padding: u8,
    /// Group of the model; part of its address.
    pub group: Pubkey,
    /// Count of changes to the model, so that everybody can name the rules that they saw.
    pub revision: u64,
    /// Unix time in seconds of the last change.
    pub changed_at: i64,
    /// Every parameter but rows and correlations.
    pub parameters: ModelParameters,
    /// Scenarios; a report names the worst by its place here.
    pub rows: [ModelRow; MAX_ROWS],
    /// Correlations, by rising pairs of markets.
    pub correlations: [ModelCorrelation; MAX_CORRELATIONS],
    /// Zero; room for later versions.
    pub reserved: [u8; 1_256],
}

/// The engine's rows and correlations of a model, which the engine's rules borrow.
#[derive(Default)]
pub struct ModelLists {
    rows: Vec<Row>,
    correlations: Vec<Correlation>,
}

impl Model {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Takes over rows, correlations and parameters of one of the engine's models.
    pub fn take(&mut self, rules: &Rules) -> Result<()> {
        require!(
            rules.rows.len() <= MAX_ROWS && rules.cross.correlations.len() <= MAX_CORRELATIONS,
            RiskError::ModelTooLarge
        );
        self.parameters = ModelParameters::new(rules);
        self.rows = [ModelRow::default(); MAX_ROWS];
        self.row_count = rules.rows.len() as u8;
        for (slot, row) in self.rows.iter_mut().zip(rules.rows) {
            *slot = ModelRow::new(row);
        }
        self.correlations = [ModelCorrelation::default(); MAX_CORRELATIONS];
        self.correlation_count = rules.cross.correlations.len() as u8;
        for (slot, pair) in self.correlations.iter_mut().zip(rules.cross.correlations) {
            *slot = ModelCorrelation::new(pair);
        }
        Ok(())
    }

    /// Takes over rows, correlations and parameters of another account.
    pub fn copy(&mut self, other: &Self) {
        (self.row_count, self.correlation_count) = (other.row_count, other.correlation_count);
        self.parameters = other.parameters;
        self.rows = other.rows;
        self.correlations = other.correlations;
    }

    /// The engine's rows, and the correlations of the markets that are `wanted`.
    #[inline(never)]
    pub fn lists(&self, wanted: impl Fn(u16) -> bool) -> Result<ModelLists> {
        let rows = self.rows.get(..self.row_count as usize).ok_or(RiskError::ModelInvalid)?;
        let pairs =
            self.correlations.get(..self.correlation_count as usize).ok_or(RiskError::ModelInvalid)?;
        let pairs = pairs.iter().filter(|pair| wanted(pair.first) && wanted(pair.second));
        // Counted first: a program's memory is short, and what grows leaves its old room behind.
        let mut lists = ModelLists {
            rows: Vec::with_capacity(rows.len()),
            correlations: Vec::with_capacity(pairs.clone().count()),
        };
        lists.rows.extend(rows.iter().map(ModelRow::rule));
        lists.correlations.extend(pairs.map(ModelCorrelation::rule));
        Ok(lists)
    }

    /// The engine's rules over lists that [`Model::lists`] made.
    #[inline(never)]
    pub fn rules<'a>(&self, lists: &'a ModelLists) -> Rules<'a> {
        let cross = Cross { correlations: &lists.correlations, ..NO_RULES.cross };
        let mut rules = Rules { rows: &lists.rows, cross, ..NO_RULES };
        self.parameters.write(&mut rules);
        rules
    }

    /// What must hold after every instruction that writes a model that margins accounts.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, RiskError::ModelVersionUnknown);
        let sound = self.parameters.is_sound()
            && self.rows.iter().all(ModelRow::is_sound)
            && self.correlations.iter().all(|pair| pair.padding == [0; 4]);
        require!(sound && self.draft <= 1, RiskError::ModelInvalid);
        // Dates are sampled over one window, whatever the model.
        let window = self.parameters.settlement_seconds == SETTLEMENT_SECONDS;
        require!(window, RiskError::ModelInvalid);
        let lists = self.lists(|_| true)?;
        self.rules(&lists).check().map_err(|_| error!(RiskError::ModelInvalid))
    }
}

const _: () = assert!(Model::SIZE == 4_096);
const _: () = assert!(align_of::<Model>() <= 8);
