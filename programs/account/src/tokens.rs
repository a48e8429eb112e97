//! Moving real tokens, of either token program.

use crate::errors::AccountError;
use anchor_lang::{prelude::*, Key};
use anchor_spl::{
    token_2022::spl_token_2022::{
        extension::{BaseStateWithExtensions, ExtensionType, StateWithExtensions},
        state::Mint as MintState,
    },
    token_interface::{transfer_checked, Mint, TokenAccount, TransferChecked},
};
use ballast_interface::{account::Group, seeds};

/// One movement of tokens.
pub struct Movement<'a, 'info> {
    /// From which token account.
    pub from: &'a AccountInfo<'info>,
    /// To which.
    pub to: &'a AccountInfo<'info>,
    /// Of which mint.
    pub mint: &'a InterfaceAccount<'info, Mint>,
    /// Who may move them.
    pub authority: &'a AccountInfo<'info>,
    /// By which token program.
    pub token_program: &'a AccountInfo<'info>,
}

impl Movement<'_, '_> {
    /// Moves an amount out of one of a group's vaults.
    #[inline(never)]
    pub fn by_group(&self, amount: u64, group: &AccountLoader<Group>) -> Result<()> {
        let (creator, index, bump) = {
            let group = group.load()?;
            (group.creator, group.index.to_le_bytes(), [group.bump])
        };
        let seeds: &[&[u8]] = &[seeds::GROUP, creator.as_ref(), &index, &bump];
        self.make(amount, &[seeds])
    }

    fn make(&self, amount: u64, signer: &[&[&[u8]]]) -> Result<()> {
        let accounts = TransferChecked {
            from: self.from.clone(),
            mint: self.mint.to_account_info(),
            to: self.to.clone(),
            authority: self.authority.clone(),
        };
        let context = CpiContext::new_with_signer(self.token_program.key(), accounts, signer);
        transfer_checked(context, amount, self.mint.decimals)
    }
}

/// Takes tokens that the signer may spend into a vault, and says what arrived: a token may keep a fee of its own.
#[inline(never)]
pub fn take_in<'info>(
    vault: &mut InterfaceAccount<'info, TokenAccount>,
    from: &AccountInfo<'info>,
    mint: &InterfaceAccount<'info, Mint>,
    authority: &AccountInfo<'info>,
    token_program: &AccountInfo<'info>,
    amount: u64,
) -> Result<u64> {
    let before = vault.amount;
    Movement { from, to: (*vault).as_ref(), mint, authority, token_program }.make(amount, &[])?;
    vault.reload()?;
    Ok(vault.amount.checked_sub(before).ok_or(AccountError::VaultShort)?)
}

/// Extensions of a Token-2022 mint that change nothing for whoever holds the token, beside the fee of a transfer.
const HARMLESS: [ExtensionType; 7] = [
    ExtensionType::TransferFeeConfig,
    ExtensionType::MetadataPointer,
    ExtensionType::TokenMetadata,
    ExtensionType::GroupPointer,
    ExtensionType::TokenGroup,
    ExtensionType::GroupMemberPointer,
    ExtensionType::TokenGroupMember,
];

/// Refuses a mint that can do what Ballast cannot answer for: take, freeze or veto tokens, or change what they are worth.
#[inline(never)]
pub fn require_supported(mint: &AccountInfo) -> Result<()> {
    let data = mint.try_borrow_data()?;
    let state = StateWithExtensions::<MintState>::unpack(&data).map_err(|_| AccountError::MintUnsupported)?;
    let extensions = state.get_extension_types().map_err(|_| AccountError::MintUnsupported)?;
    let harmless = extensions.iter().all(|extension| HARMLESS.contains(extension));
    require!(harmless, AccountError::MintUnsupported);
    Ok(())
}

/// Refuses a vault that holds less than the group owes.
pub fn require_covered(group: &Group, vault: u64) -> Result<()> {
    require!(i128::from(vault) >= group.owed_tokens(), AccountError::VaultShort);
    Ok(())
}
