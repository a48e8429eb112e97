//! What the upgradeable loader keeps of a program, as bytes.

use anchor_lang::prelude::Pubkey;
use ballast_client::Account;

/// The upgradeable loader.
pub(crate) const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
/// Bytes before those of a program in a buffer.
pub(super) const BUFFER_HEAD: usize = 37;
/// Bytes before those of a program where it is executed from.
pub(super) const PROGRAM_DATA_HEAD: usize = 45;

/// Where a program's bytes are.
pub(super) fn data_address(program: &Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[program.as_ref()], &LOADER).0
}

/// A program's bytes as they are deployed.
pub(super) struct Deployed {
    /// The slot of the last deployment.
    pub slot: u64,
    /// Who may upgrade it; nobody, if it can never be changed.
    pub authority: Option<Pubkey>,
    /// Its bytes, and zeros for as many more as there is room for.
    pub bytes: Vec<u8>,
}

fn number(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

/// An address behind a byte that says whether there is one.
fn optional(data: &[u8], at: usize) -> Option<Option<Pubkey>> {
    let address = *data.get(at + 1..)?.first_chunk()?;
    Some((data[at] == 1).then(|| Pubkey::new_from_array(address)))
}

/// Whether an account is a program that can be executed.
pub(super) fn is_program(account: &Account) -> bool {
    account.owner == LOADER && account.executable && number(&account.data, 0) == Some(2)
}

/// Who may write a buffer; nothing if it is none.
pub(super) fn buffer_authority(account: &Account) -> Option<Pubkey> {
    let is_buffer = account.owner == LOADER && number(&account.data, 0) == Some(1);
    optional(&account.data, 4)?.filter(|_| is_buffer)
}

/// A program's bytes; nothing if the account holds none.
pub(super) fn deployed(account: &Account) -> Option<Deployed> {
    let is_data = account.owner == LOADER && number(&account.data, 0) == Some(3);
    let slot = u64::from_le_bytes(*account.data.get(4..)?.first_chunk()?);
    let authority = optional(&account.data, 12)?;
    let bytes = account.data.get(PROGRAM_DATA_HEAD..)?.to_vec();
    is_data.then_some(Deployed { slot, authority, bytes })
}

impl Deployed {
    /// Whether it is a file's program: its bytes, and nothing behind them.
    pub fn is(&self, file: &[u8]) -> bool {
        let rest = self.bytes.strip_prefix(file);
        rest.is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
    }
}
