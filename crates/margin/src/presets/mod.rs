//! Risk models by name: three published methods, and Ballast's own. `docs/parameters.md` gives a reason
//! and a source for every number.

pub mod ballast;
mod pmrm;
mod span16;
mod xpm;

pub use ballast::BALLAST;
pub use pmrm::PMRM;
pub use span16::SPAN16;
pub use xpm::XPM;

use crate::model::{AddOns, Basis, Convexity, Cross, Gains, Liquidity, Row, Skew, Tail, Vol};
use crate::units::{Fraction, Quote};

/// A row of a given multiplier.
const fn fixed(multiplier: &str, vol: Vol, weight: &str) -> Row {
    Row {
        multiplier: Fraction::lit(multiplier),
        scaled: false,
        vol,
        weight: Fraction::lit(weight),
        mass: Fraction::ZERO,
    }
}

/// A row of full weight whose multiplier is one more than the move in scan ranges.
const fn scaled(multiplier: &str, vol: Vol) -> Row {
    Row { scaled: true, ..fixed(multiplier, vol, "1") }
}

/// The linear skew row; what it gives as a multiplier is not used.
const LINEAR: Row = fixed("1", Vol::Linear, "1");

/// The absolute skew row.
const ABSOLUTE: Row = fixed("1", Vol::Absolute, "1");

/// Skew parameters of a method without skew rows.
const NO_SKEW: Skew = Skew {
    linear_base: Fraction::ZERO,
    linear_cap: Fraction::ZERO,
    absolute_base: Fraction::ZERO,
    absolute_cap: Fraction::ZERO,
    min_k: Fraction::ONE,
    width: Fraction::ZERO,
    vol_base: Fraction::ZERO,
    vol_slope: Fraction::ZERO,
};

/// No forward contingency.
const NO_BASIS: Basis = Basis {
    up: Fraction::ONE,
    down: Fraction::ONE,
    scaled: false,
    add: Fraction::ZERO,
    per_year: Fraction::ZERO,
};

/// No expected shortfall.
const NO_TAIL: Tail = Tail { share: Fraction::ZERO, multiplier: Fraction::ZERO };

/// No offset between markets.
const NO_CROSS: Cross<'static> =
    Cross { offset: Fraction::ZERO, floor: Fraction::ONE, covariance: false, correlations: &[] };

/// No add-on.
const NO_ADD_ONS: AddOns = AddOns {
    perp_maintenance: Fraction::ZERO,
    perp_initial: Fraction::ZERO,
    option_maintenance: Fraction::ZERO,
    option_initial: Fraction::ZERO,
    score_threshold: Fraction::ZERO,
    score_margin: Fraction::ZERO,
    convexity: Convexity { kappa: Fraction::ZERO, gap: Fraction::ZERO, decay_seconds: 86_400 },
    twist: Fraction::ZERO,
    liquidity: Liquidity { slope: Fraction::ZERO, cap: Fraction::ZERO },
    interval: Fraction::ZERO,
    roll_per_year: Fraction::ZERO,
    roll_minimum: Fraction::ZERO,
};

/// All gains count: the cap is 10^20 quote tokens, above what the engine can hold.
const ALL_GAINS: Gains = Gains { weight: Fraction::ONE, cap: Quote(10i128.pow(30)) };
