//! A fill that would be settled, in pieces, so that each can be tampered with.

use crate::{
    attempt::Ring,
    two_exchanges::{dollars, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{
    instructions::Numbers, Order, OrderLeg, SettleFillsArgs, TradeLeg, ORDER_DOMAIN,
};
use ballast_testkit::{
    account_program, actor, limit, sign_orders, Instruction, Keypair, SignatureCheck, Signer, World, BTC,
    DOLLAR, ETH,
};

/// Alice buys lots of the Bitcoin perp from Bob: one lot a unit, at 950 dollars a lot, five of ten units filled.
pub struct FillScene {
    pub two: TwoExchanges,
    pub args: SettleFillsArgs,
    pub numbers: Numbers<'static>,
}

/// An order of venue number one, at 950 dollars a unit.
pub fn order(account: Pubkey, lots: i32, now: i64) -> Order {
    Order {
        domain: ORDER_DOMAIN,
        margin_account: account,
        venue: 1,
        nonce: 7,
        expires_at: now + 600,
        units: 10,
        limit: i64::from(lots) * 950 * DOLLAR,
        max_fee: dollars(1),
        reduce_only: false,
        legs: vec![OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots }],
    }
}

impl FillScene {
    pub fn new(world: &mut World) -> Self {
        let two = TwoExchanges::new(world);
        let now = world.svm.now();
        let args = SettleFillsArgs {
            maker: order(two.alice.account, 1, now),
            taker: order(two.bob.account, -1, now),
            maker_units: 5,
            taker_units: 5,
            prices: vec![dollars(950)],
            maker_fee: dollars(5),
            taker_fee: 0,
        };
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] };
        Self { two, args, numbers }
    }

    pub fn ring(&self) -> &Ring {
        &self.two.ring
    }

    /// The fill itself.
    pub fn settle(&self, args: &SettleFillsArgs) -> Instruction {
        let (group, operator) = (self.two.group(), self.two.ours.operator.pubkey());
        account_program::settle_fills(&group, 1, &operator, args, &self.numbers)
    }

    /// Who signs for both.
    pub fn signers(&self) -> [&Keypair; 2] {
        [&self.two.alice.key, &self.two.bob.key]
    }

    /// The whole transaction, with whatever the arguments are signed by both.
    pub fn steps(&self, args: &SettleFillsArgs) -> Vec<Instruction> {
        vec![limit(), sign_orders(self.signers(), args, 2), self.settle(args)]
    }

    /// The arguments after an edit.
    pub fn edited(&self, edit: impl FnOnce(&mut SettleFillsArgs)) -> SettleFillsArgs {
        let mut args = self.args.clone();
        edit(&mut args);
        args
    }

    /// The whole transaction of edited arguments, signed as they are then.
    pub fn signed(&self, edit: impl FnOnce(&mut SettleFillsArgs)) -> Vec<Instruction> {
        self.steps(&self.edited(edit))
    }

    /// The whole transaction of arguments that were edited after the originals were signed: the signatures are good
    /// ones, of messages that stand in the check itself.
    pub fn forged(&self, edit: impl FnOnce(&mut SettleFillsArgs)) -> Vec<Instruction> {
        let check = sign_inside(self.signers(), &[self.args.maker.message(), self.args.taker.message()], 1);
        vec![limit(), check, self.settle(&self.edited(edit))]
    }

    /// A key that is nobody's.
    pub fn stranger(&self) -> Keypair {
        actor("stranger")
    }
}

/// The check of signatures of messages that stand behind them in the check, which names itself by that number.
pub fn sign_inside(signers: [&Keypair; 2], messages: &[Vec<u8>; 2], place: u16) -> Instruction {
    // Two rows of offsets, then two keys with signatures.
    let mut from = 2 + 2 * 14 + 2 * 96;
    let checks = signers.into_iter().zip(messages).map(|(signer, message)| {
        let length = message.len() as u16;
        from += length;
        SignatureCheck {
            signer: signer.pubkey(),
            signature: signer.sign_message(message).into(),
            key_in: u16::MAX,
            from: from - length,
            length,
            message_in: place,
        }
    });
    let mut check = SignatureCheck::instruction(&checks.collect::<Vec<_>>());
    messages.iter().for_each(|message| check.data.extend(message));
    check
}

/// A leg of an order as a trade's, for fills that are not a perp's.
pub fn leg(number: u16, kind: u8, expiry: u32, strike: u64, lots: i32) -> OrderLeg {
    let leg = OrderLeg { number, kind, expiry, strike, lots };
    let TradeLeg { lots: same, .. } = leg.times(1, 0).expect("a leg");
    assert_eq!(same, i64::from(lots));
    leg
}
