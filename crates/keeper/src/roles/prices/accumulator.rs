//! Reads the updates that Pyth's Hermes hands out: a message of Wormhole's guardians with the root of a Merkle tree, and
//! prices with their proofs.
//!
//! Nothing is verified here. The receiver program does that, and refuses what does not hold.

/// Bytes that are no such update.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is no accumulator update of Pyth's: {0}.")]
pub struct Malformed(&'static str);

/// Bytes of a node of the tree.
const NODE: usize = 20;
/// The number of the message that holds a price.
const PRICE: u8 = 0;

/// A signed root with updates under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accumulator {
    /// The guardians' message, with their signatures.
    pub vaa: Vec<u8>,
    /// Updates.
    pub updates: Vec<Update>,
}

/// One message and its way to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The message.
    pub message: Vec<u8>,
    /// Hashes on the way.
    pub proof: Vec<[u8; NODE]>,
}

/// What a message says of a price; the receiver writes all of it into the price account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Name of the feed.
    pub id: [u8; 32],
    /// Price, times ten to the exponent.
    pub price: i64,
    /// Half width of the confidence interval, likewise.
    pub interval: u64,
    /// Exponent of ten.
    pub exponent: i32,
    /// When it was published, in unix time.
    pub published_at: i64,
}

impl Accumulator {
    /// Reads the bytes behind Hermes' base64.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut bytes = Bytes(bytes);
        if bytes.take(4)? != b"PNAU" {
            return Err(Malformed("it begins otherwise"));
        }
        if bytes.number::<1>()? != [1] {
            return Err(Malformed("its major version is not one"));
        }
        let _minor = bytes.number::<1>()?;
        // Room for later versions.
        let [trailing] = bytes.number()?;
        bytes.take(trailing.into())?;
        if bytes.number()? != [0] {
            return Err(Malformed("its proof is of another kind"));
        }
        let length = u16::from_be_bytes(bytes.number()?);
        let vaa = bytes.take(length.into())?.to_vec();
        let [count] = bytes.number()?;
        let updates = (0..count).map(|_| Update::read(&mut bytes)).collect::<Result<_, _>>()?;
        let accumulator = Self { vaa, updates };
        accumulator.guardian_set()?;
        Ok(accumulator)
    }

    /// Number of the set of guardians that signed.
    pub fn guardian_set(&self) -> Result<u32, Malformed> {
        let mut bytes = Bytes(&self.vaa);
        if bytes.number()? != [1] {
            return Err(Malformed("the guardians' message is of another version"));
        }
        Ok(u32::from_be_bytes(bytes.number()?))
    }
}

impl Update {
    fn read(bytes: &mut Bytes) -> Result<Self, Malformed> {
        let length = u16::from_be_bytes(bytes.number()?);
        let message = bytes.take(length.into())?.to_vec();
        let [nodes] = bytes.number()?;
        let proof = (0..nodes).map(|_| bytes.number()).collect::<Result<_, _>>()?;
        Ok(Self { message, proof })
    }

    /// The price that it tells, if it tells one. Fields that later versions add at the end are passed over.
    pub fn published(&self) -> Option<Published> {
        let mut bytes = Bytes(&self.message);
        let read = |bytes: &mut Bytes| -> Result<_, Malformed> {
            let kind = bytes.number()?;
            let id = bytes.number()?;
            let price = i64::from_be_bytes(bytes.number()?);
            let interval = u64::from_be_bytes(bytes.number()?);
            let exponent = i32::from_be_bytes(bytes.number()?);
            let published_at = i64::from_be_bytes(bytes.number()?);
            Ok((kind, Published { id, price, interval, exponent, published_at }))
        };
        read(&mut bytes).ok().filter(|(kind, _)| *kind == [PRICE]).map(|(_, published)| published)
    }

    /// The update as the receiver takes it, in borsh.
    pub fn borsh(&self) -> Vec<u8> {
        let length = |of: usize| (of as u32).to_le_bytes();
        let mut data = length(self.message.len()).to_vec();
        data.extend(&self.message);
        data.extend(length(self.proof.len()));
        self.proof.iter().for_each(|node| data.extend(node));
        data
    }
}

/// Bytes, taken from the front; numbers are big-endian.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(Malformed("it is too short"))?;
        self.0 = rest;
        Ok(head)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.0.split_first_chunk().ok_or(Malformed("it is too short"))?;
        self.0 = rest;
        Ok(*head)
    }
}
