//! Which accounts of a program somebody wants.

use crate::rpc::RpcError;
use base64::{prelude::BASE64_STANDARD, Engine};
use serde::Deserialize;
use solana_account::Account;

/// Filters that a request may have.
const MOST_FILTERS: usize = 4;
/// Bytes that a filter may compare.
const MOST_BYTES: usize = 128;

/// A filter as it stands in a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RawFilter {
    DataSize(u64),
    Memcmp(RawMemcmp),
}

#[derive(Deserialize)]
pub(crate) struct RawMemcmp {
    offset: usize,
    bytes: RawBytes,
    encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawBytes {
    Text(String),
    Raw(Vec<u8>),
}

/// A filter that can be applied.
enum Filter {
    DataSize(u64),
    Memcmp(usize, Vec<u8>),
}

/// Filters, all of which must hold.
#[derive(Default)]
pub(crate) struct Filters(Vec<Filter>);

impl Filters {
    /// Decodes the filters of a request.
    pub fn new(raw: Vec<RawFilter>) -> Result<Self, RpcError> {
        if raw.len() > MOST_FILTERS {
            return Err(RpcError::params(format!("Too many filters provided; max {MOST_FILTERS}")));
        }
        Ok(Self(raw.into_iter().map(Filter::new).collect::<Result<_, _>>()?))
    }

    /// Whether an account passes.
    pub fn pass(&self, account: &Account) -> bool {
        self.0.iter().all(|filter| match filter {
            Filter::DataSize(size) => account.data.len() as u64 == *size,
            Filter::Memcmp(offset, bytes) => {
                account.data.get(*offset..).is_some_and(|data| data.starts_with(bytes))
            }
        })
    }
}

impl Filter {
    fn new(raw: RawFilter) -> Result<Self, RpcError> {
        let RawMemcmp { offset, bytes, encoding } = match raw {
            RawFilter::DataSize(size) => return Ok(Self::DataSize(size)),
            RawFilter::Memcmp(memcmp) => memcmp,
        };
        let bytes = match (bytes, encoding.as_deref()) {
            (RawBytes::Raw(bytes), _) => bytes,
            (RawBytes::Text(text), Some("base64")) => {
                BASE64_STANDARD.decode(text).map_err(|error| RpcError::params(format!("memcmp: {error}")))?
            }
            (RawBytes::Text(text), None | Some("base58" | "bytes")) => {
                bs58::decode(text).into_vec().map_err(|error| RpcError::params(format!("memcmp: {error}")))?
            }
            (_, Some(other)) => {
                return Err(RpcError::params(format!("memcmp: the encoding {other} is not known")));
            }
        };
        if bytes.len() > MOST_BYTES {
            return Err(RpcError::params(format!("memcmp: more than {MOST_BYTES} bytes")));
        }
        Ok(Self::Memcmp(offset, bytes))
    }
}
