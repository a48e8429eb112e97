//! Opens an empty margin account.

use crate::events::AccountOpened;
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Group, MarginAccount, OpenAccountArgs},
    seeds,
};

/// Accounts of `open_account`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(args: OpenAccountArgs)]
pub struct OpenAccount<'info> {
    /// The margin account to be.
    #[account(
        init,
        payer = payer,
        space = MarginAccount::SIZE,
        seeds = [
            seeds::MARGIN_ACCOUNT,
            group.key().as_ref(),
            owner.key().as_ref(),
            &args.sub_id.to_le_bytes(),
        ],
        bump,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// Group that the account joins.
    pub group: AccountLoader<'info, Group>,
    /// Who will own the account; signs, so that nobody is given an account without asking.
    pub owner: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl OpenAccount<'_> {
    fn validate(&self) -> Result<()> {
        self.group.load()?.invariant()
    }

    /// Opens the account; it holds nothing, so it is healthy without asking the risk program.
    pub fn open_account(ctx: Context<Self>, args: OpenAccountArgs) -> Result<()> {
        ctx.accounts.validate()?;

        {
            let account = &mut ctx.accounts.margin_account.load_init()?;
            account.version = MarginAccount::VERSION;
            account.bump = ctx.bumps.margin_account;
            account.sub_id = args.sub_id;
            account.group = ctx.accounts.group.key();
            account.owner = ctx.accounts.owner.key();
            account.invariant()?;
        }

        emit_cpi!(AccountOpened {
            group: ctx.accounts.group.key(),
            margin_account: ctx.accounts.margin_account.key(),
            owner: ctx.accounts.owner.key(),
            sub_id: args.sub_id,
        });
        Ok(())
    }
}
