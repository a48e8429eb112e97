//! What is asked of the program, and how it travels.

/// The shape of a book, and how often to assess it.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Assessments.
    pub times: u8,
    /// Rows of the model, from its first.
    pub rows: u8,
    /// Markets.
    pub markets: u8,
    /// Expiries of each market.
    pub expiries: u8,
    /// Options of each expiry, each at a strike of its own.
    pub strikes: u8,
    /// Perps and collateral in each market.
    pub linear: bool,
    /// Quantities, prices and strikes follow from it; zero for a quiet, typical book.
    pub seed: u64,
}

impl Request {
    /// Length of a request.
    pub const SIZE: usize = 14;

    /// The request as instruction data.
    pub fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        let head = [self.times, self.rows, self.markets, self.expiries, self.strikes, self.linear as u8];
        bytes[..6].copy_from_slice(&head);
        bytes[6..].copy_from_slice(&self.seed.to_le_bytes());
        bytes
    }

    /// The request of some instruction data.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, seed) = bytes.split_at_checked(6)?;
        let &[times, rows, markets, expiries, strikes, linear] = head else { return None };
        let seed = u64::from_le_bytes(seed.try_into().ok()?);
        Some(Self { times, rows, markets, expiries, strikes, linear: linear != 0, seed })
    }
}
