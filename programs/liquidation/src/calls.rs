//! Instructions of the account program, which only the address of this program can give.

use anchor_lang::{
    prelude::*,
    solana_program::{instruction::Instruction, program::invoke_signed_unchecked},
};
use ballast_interface::{
    account::{instructions::tags, FillRescueArgs, RescuePay, TradeLeg},
    ids, seeds,
};

/// How an account takes part in a call.
#[derive(Clone, Copy)]
pub enum Role<'a, 'info> {
    /// It is written.
    Written(&'a AccountInfo<'info>),
    /// It is written if this program may write it: what many share, and few calls have to change.
    Either(&'a AccountInfo<'info>),
    /// It is read.
    Read(&'a AccountInfo<'info>),
    /// It signs, by this program's word.
    Signs(&'a AccountInfo<'info>),
}

/// Who calls, and whom.
pub struct Caller<'a, 'info> {
    /// The group.
    pub group: &'a AccountInfo<'info>,
    /// This program's address for the group.
    pub rescuer: &'a AccountInfo<'info>,
    /// Its bump.
    pub bump: u8,
    /// The account program.
    pub program: &'a AccountInfo<'info>,
    /// The address by which that program signs its events.
    pub events: &'a AccountInfo<'info>,
}

impl<'info> Caller<'_, 'info> {
    /// Calls with fixed accounts, and others behind them.
    #[inline(never)]
    fn call(
        &self,
        tag: [u8; 8],
        fixed: &[Role<'_, 'info>],
        behind: &[AccountInfo<'info>],
        args: &impl AnchorSerialize,
    ) -> Result<()> {
        let count = fixed.len().saturating_add(behind.len()).saturating_add(2);
        let (mut metas, mut infos) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for role in fixed {
            let (info, signs, written) = match role {
                Role::Written(info) => (*info, false, true),
                Role::Either(info) => (*info, false, info.is_writable),
                Role::Read(info) => (*info, false, false),
                Role::Signs(info) => (*info, true, false),
            };
            metas.push(AccountMeta { pubkey: *info.key, is_signer: signs, is_writable: written });
            infos.push(info.clone());
        }
        for info in [self.events, self.program] {
            metas.push(AccountMeta::new_readonly(*info.key, false));
            infos.push(info.clone());
        }
        for info in behind {
            metas.push(AccountMeta { pubkey: *info.key, is_signer: false, is_writable: info.is_writable });
            infos.push(info.clone());
        }
        let mut data = Vec::with_capacity(512);
        data.extend_from_slice(&tag);
        args.serialize(&mut data)?;
        let call = Instruction { program_id: ids::ACCOUNT, accounts: metas, data };
        let seeds: &[&[u8]] = &[seeds::RESCUER, self.group.key.as_ref(), &[self.bump]];
        // Unchecked: nothing that is loaded is held across a call.
        Ok(invoke_signed_unchecked(&call, &infos, &[seeds])?)
    }

    /// Brings an account up to date.
    pub fn refresh(&self, account: &AccountInfo<'info>, behind: &[AccountInfo<'info>]) -> Result<()> {
        self.call(tags::REFRESH_ACCOUNT, &[Role::Either(self.group), Role::Written(account)], behind, &())
    }

    /// Puts an account under liquidation, or releases it.
    pub fn latch(&self, account: &AccountInfo<'info>, on: bool) -> Result<()> {
        let fixed = [Role::Read(self.group), Role::Written(account), Role::Signs(self.rescuer)];
        self.call(tags::LATCH, &fixed, &[], &on)
    }

    /// Hands positions over.
    pub fn move_legs(
        &self,
        from: &AccountInfo<'info>,
        to: &AccountInfo<'info>,
        behind: &[AccountInfo<'info>],
        legs: &Vec<TradeLeg>,
        pay: RescuePay,
    ) -> Result<()> {
        let fixed =
            [Role::Either(self.group), Role::Written(from), Role::Written(to), Role::Signs(self.rescuer)];
        self.call(tags::MOVE_LEGS, &fixed, behind, &(legs, pay))
    }

    /// Fills a resting order.
    pub fn fill(
        &self,
        from: &AccountInfo<'info>,
        (to, record): (&AccountInfo<'info>, &AccountInfo<'info>),
        instructions: &AccountInfo<'info>,
        behind: &[AccountInfo<'info>],
        args: &FillRescueArgs,
    ) -> Result<()> {
        let fixed = [
            Role::Either(self.group),
            Role::Written(from),
            Role::Written(to),
            Role::Written(record),
            Role::Signs(self.rescuer),
            Role::Read(instructions),
        ];
        self.call(tags::FILL_RESCUE, &fixed, behind, args)
    }

    /// Hands tokens over.
    pub fn move_collateral(
        &self,
        from: &AccountInfo<'info>,
        to: &AccountInfo<'info>,
        bank: &AccountInfo<'info>,
        amount: u64,
    ) -> Result<()> {
        let fixed = [
            Role::Read(self.group),
            Role::Written(from),
            Role::Written(to),
            Role::Read(bank),
            Role::Signs(self.rescuer),
        ];
        self.call(tags::MOVE_COLLATERAL, &fixed, &[], &amount)
    }

    /// Hands cash over.
    pub fn move_cash(
        &self,
        from: &AccountInfo<'info>,
        to: &AccountInfo<'info>,
        behind: &[AccountInfo<'info>],
        amount: u64,
    ) -> Result<()> {
        let fixed =
            [Role::Either(self.group), Role::Written(from), Role::Written(to), Role::Signs(self.rescuer)];
        self.call(tags::MOVE_CASH, &fixed, behind, &amount)
    }

    /// Pays what an account owes from the fund's vault.
    pub fn absorb_loss(
        &self,
        account: &AccountInfo<'info>,
        tokens: &Tokens<'_, 'info>,
        behind: &[AccountInfo<'info>],
        amount: u64,
    ) -> Result<()> {
        let fixed = [
            Role::Written(self.group),
            Role::Written(account),
            Role::Written(tokens.vault),
            Role::Read(tokens.mint),
            Role::Written(tokens.fund_vault),
            Role::Signs(self.rescuer),
            Role::Read(tokens.program),
        ];
        self.call(tags::ABSORB_LOSS, &fixed, behind, &amount)
    }

    /// Cuts the claims of a market's winners.
    pub fn cut_claims(
        &self,
        account: &AccountInfo<'info>,
        market: &AccountInfo<'info>,
        amount: u64,
    ) -> Result<()> {
        let fixed = [Role::Written(self.group), Role::Written(account), Role::Signs(self.rescuer)];
        self.call(tags::CUT_CLAIMS, &fixed, core::slice::from_ref(market), &amount)
    }

    /// Lets all lenders bear a loss.
    pub fn share_loss(
        &self,
        account: &AccountInfo<'info>,
        behind: &[AccountInfo<'info>],
        amount: u64,
    ) -> Result<()> {
        let fixed = [Role::Written(self.group), Role::Written(account), Role::Signs(self.rescuer)];
        self.call(tags::SHARE_LOSS, &fixed, behind, &amount)
    }

    /// Realises what an account has won in a market.
    pub fn realise(
        &self,
        account: &AccountInfo<'info>,
        behind: &[AccountInfo<'info>],
        market: u16,
    ) -> Result<()> {
        let fixed = [Role::Either(self.group), Role::Written(account), Role::Signs(self.rescuer)];
        self.call(tags::REALISE, &fixed, behind, &market)
    }

    /// Pays the insurance's share of fees over, of those that wait in markets, too.
    pub fn pay_insurance(&self, tokens: &Tokens<'_, 'info>, markets: &[AccountInfo<'info>]) -> Result<()> {
        let fixed = [
            Role::Written(self.group),
            Role::Written(tokens.vault),
            Role::Read(tokens.mint),
            Role::Written(tokens.fund_vault),
            Role::Signs(self.rescuer),
            Role::Read(tokens.program),
        ];
        self.call(tags::PAY_INSURANCE, &fixed, markets, &())
    }
}

/// The token accounts between a group and its fund.
pub struct Tokens<'a, 'info> {
    /// The group's vault.
    pub vault: &'a AccountInfo<'info>,
    /// Mint of the quote token.
    pub mint: &'a AccountInfo<'info>,
    /// The fund's vault.
    pub fund_vault: &'a AccountInfo<'info>,
    /// Token program of the mint.
    pub program: &'a AccountInfo<'info>,
}
