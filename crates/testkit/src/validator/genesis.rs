//! Accounts as files that a validator reads when it makes its first block.

use anchor_lang::prelude::Pubkey;
use base64::{prelude::BASE64_STANDARD as BASE64, Engine};
use serde_json::json;
use solana_account::Account;
use std::{fs, io, path::Path};

/// Writes every account to a file of its own.
pub fn write(folder: &Path, accounts: &[(Pubkey, Account)]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (address, account) in accounts {
        let described = json!({
            "pubkey": address.to_string(),
            "account": {
                "lamports": account.lamports,
                "data": [BASE64.encode(&account.data), "base64"],
                "owner": account.owner.to_string(),
                "executable": account.executable,
                "rentEpoch": u64::MAX,
                "space": account.data.len(),
            },
        });
        fs::write(folder.join(format!("{address}.json")), described.to_string())?;
    }
    Ok(())
}
