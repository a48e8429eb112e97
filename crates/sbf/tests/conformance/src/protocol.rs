//! What the driver and the program say to each other.

/// Words that fit the 1024 bytes of return data after their total.
pub const WORDS_PER_PAGE: usize = 127;

/// Ends every reply: a bank cuts zeros off the end of return data.
pub const END: u8 = 0xed;

/// Inputs of one measuring round; the counts of [`Mode::Bench`] are multiples of it.
pub const BENCH_ROUND: u32 = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Runs inputs and returns their digest and how many fitted the heap.
    Digest,
    /// Runs inputs and returns their words from `skip`, with the total.
    Words,
    /// Runs a case that must panic.
    Panic,
    /// Runs a measured operation `count` times.
    Bench,
    /// Returns the digest of the names of all cases.
    Catalogue,
}

#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub mode: Mode,
    pub case: u16,
    pub seed: u64,
    pub count: u32,
    pub skip: u32,
}

impl Request {
    pub fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![self.mode as u8];
        bytes.extend(self.case.to_le_bytes());
        bytes.extend(self.seed.to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(self.skip.to_le_bytes());
        bytes
    }

    /// Ignores what follows the request: the driver's number that makes two equal
    /// requests two transactions.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mode = match bytes.first()? {
            0 => Mode::Digest,
            1 => Mode::Words,
            2 => Mode::Panic,
            3 => Mode::Bench,
            4 => Mode::Catalogue,
            _ => return None,
        };
        Some(Request {
            mode,
            case: u16::from_le_bytes(part(bytes, 1)?),
            seed: u64::from_le_bytes(part(bytes, 3)?),
            count: u32::from_le_bytes(part(bytes, 11)?),
            skip: u32::from_le_bytes(part(bytes, 15)?),
        })
    }
}

fn part<const N: usize>(bytes: &[u8], start: usize) -> Option<[u8; N]> {
    bytes.get(start..start + N)?.try_into().ok()
}
