//! Which programs a cluster still takes: newer ones let those of old instruction sets be executed, but not be deployed.

use anchor_lang::prelude::Pubkey;
use ballast_client::Account;

/// The feature by which a cluster takes programs of the third version alone.
pub(super) const ONLY_V3: Pubkey = Pubkey::from_str_const("B8JJXCy5amZyWG9r7EnUYLwzXSXTxG7GZ1qZ1qggo83g");
/// The first version that is still taken then.
const FIRST: u32 = 3;
/// Owner of the accounts of features.
const FEATURES: Pubkey = Pubkey::from_str_const("Feature111111111111111111111111111111111111");
/// Where an ELF file says of which version of the instruction set it is.
const FLAGS_AT: usize = 48;

/// Why a cluster with this account of the feature does not take a program; nothing if it does.
pub(super) fn outdated(bytes: &[u8], feature: Option<&Account>) -> Option<String> {
    let version = u32::from_le_bytes(*bytes.get(FLAGS_AT..)?.first_chunk()?);
    // Behind a byte that says whether the feature is active stands since when.
    let active = feature.is_some_and(|held| held.owner == FEATURES && held.data.first() == Some(&1));
    (active && version < FIRST).then(|| {
        format!("its file is of sBPF v{version}, and this cluster takes no program before v{FIRST} any more")
    })
}
