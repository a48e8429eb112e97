//! Parameters of a call.

use super::RpcError;
use anchor_lang::prelude::Pubkey;
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use std::str::FromStr;

/// Parameters by their places.
pub(crate) struct Params(Vec<Value>);

impl Params {
    /// The parameters of a request, which may have none.
    pub fn of(request: &Value) -> Result<Self, RpcError> {
        match request.get("params") {
            None | Some(Value::Null) => Ok(Self(vec![])),
            Some(Value::Array(params)) => Ok(Self(params.clone())),
            Some(_) => Err(RpcError::params("Invalid params: they must be an array.")),
        }
    }

    /// The parameter at a place, if it is there.
    pub fn get(&self, place: usize) -> Option<&Value> {
        self.0.get(place).filter(|value| !value.is_null())
    }

    /// Something that must be there.
    pub fn required<T: DeserializeOwned>(&self, place: usize, what: &str) -> Result<T, RpcError> {
        let value = self.get(place).cloned();
        let value = value.ok_or_else(|| RpcError::params(format!("Invalid params: {what} is missing.")))?;
        serde_json::from_value(value)
            .map_err(|error| RpcError::params(format!("Invalid params: {what}: {error}.")))
    }

    /// Something written as text: an address, a signature, a hash.
    pub fn parsed<T: FromStr>(&self, place: usize, what: &str) -> Result<T, RpcError> {
        parse(&self.required::<String>(place, what)?, what)
    }

    /// An address.
    pub fn address(&self, place: usize) -> Result<Pubkey, RpcError> {
        self.parsed(place, "pubkey")
    }

    /// A configuration that may be left out. A mere text is an encoding, as long ago.
    pub fn config<T: DeserializeOwned + Default>(&self, place: usize) -> Result<T, RpcError> {
        let value = match self.get(place) {
            None => return Ok(T::default()),
            Some(Value::String(encoding)) => json!({ "encoding": encoding }),
            Some(value) => value.clone(),
        };
        serde_json::from_value(value)
            .map_err(|error| RpcError::params(format!("Invalid params: configuration: {error}.")))
    }

    /// The slot that the node must have reached, if some configuration asks for one.
    pub fn least_slot(&self) -> Option<u64> {
        self.0.iter().find_map(|param| param.get("minContextSlot")?.as_u64())
    }
}

/// Reads a text.
pub(crate) fn parse<T: FromStr>(text: &str, what: &str) -> Result<T, RpcError> {
    text.parse().map_err(|_| RpcError::params(format!("Invalid param: {text} is not a valid {what}.")))
}
