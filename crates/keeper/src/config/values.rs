//! Values of settings, as they are written.

use solana_keypair::Keypair;
use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

/// An amount of the quote token, in 10^-10; written in whole ones with a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars(pub i128);

/// A part of something, in millionths; written as a number between zero and one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(pub u32);

/// A time; written in seconds, with a point for parts of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub Duration);

/// Some values; written with commas between, or as a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

/// Something that need not be: left empty, it is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maybe<T>(pub Option<T>);

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// An object a line.
    Json,
}

/// Decimal places of an amount.
const AMOUNT_PLACES: u32 = 10;
/// Decimal places of a share, and of seconds.
const PLACES: u32 = 6;

/// A decimal number in units of its last place, exactly.
fn decimal(text: &str, places: u32) -> Result<i128, String> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && part.is_empty() || !all_digits(whole) || !all_digits(part) || whole.len() > 20 {
        return Err("it is no decimal number".into());
    }
    if part.len() > places as usize {
        return Err(format!("it has more than {places} decimal places"));
    }
    let width = places as usize;
    let number: i128 = format!("{whole}{part:0<width$}").parse().map_err(|_| "it is too large".to_owned())?;
    Ok(if negative { -number } else { number })
}

impl FromStr for Dollars {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        decimal(text, AMOUNT_PLACES).map(Self)
    }
}

impl fmt::Display for Dollars {
    /// With the sign, and cents where that is exact enough for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.unsigned_abs() / 100_000_000;
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let millionths = decimal(text, PLACES)?;
        let within = (0..=1_000_000).contains(&millionths);
        if within {
            Ok(Self(millionths as u32))
        } else {
            Err("it must lie between 0 and 1".into())
        }
    }
}

impl Share {
    /// This part of an amount, rounded down.
    pub fn of(self, amount: i128) -> i128 {
        amount.saturating_mul(self.0.into()).div_euclid(1_000_000)
    }
}

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let micros = decimal(text, PLACES)?;
        let micros = u64::try_from(micros).map_err(|_| "it must not be below zero".to_owned())?;
        Ok(Self(Duration::from_micros(micros)))
    }
}

impl Seconds {
    /// Whole seconds.
    pub const fn whole(self) -> i64 {
        self.0.as_secs() as i64
    }
}

impl<T: FromStr> FromStr for List<T>
where
    T::Err: fmt::Display,
{
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| part.parse().map_err(|error| format!("{part} is wrong ({error})"));
        parts.map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl<T: FromStr> FromStr for Maybe<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        text.parse().map(|value| Self(Some(value)))
    }
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("it must be text or json".into()),
        }
    }
}

/// A file with a key; never the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile(pub PathBuf);

impl FromStr for KeyFile {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err("it must name a file");
        }
        Ok(Self(text.into()))
    }
}

impl KeyFile {
    /// Whether somebody put a key where its file should be named. It is not refused while it is read, since whoever
    /// refuses a value repeats it.
    pub fn is_key(&self) -> bool {
        let text = self.0.to_string_lossy();
        let bytes = text.chars().all(|letter| letter.is_ascii_digit() || ", []".contains(letter));
        bytes || text.trim_start().starts_with('[') || Keypair::try_from_base58_string(&text).is_ok()
    }
}
