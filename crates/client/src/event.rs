//! What programs report, decoded.

use anchor_lang::{event::EVENT_IX_TAG_LE, prelude::Pubkey, AnchorDeserialize, Discriminator};
use ballast_interface::{account, ids, liquidation, risk};

macro_rules! events {
    ($($program:ident $module:ident: $($event:ident),* ;)*) => {
        /// An event of one of Ballast's programs.
        #[derive(Clone, Debug)]
        pub enum Event {
            $($(
                #[doc = concat!("`", stringify!($event), "`.")]
                $event(Box<$module::$event>),
            )*)*
        }

        impl Event {
            /// The event in the data of an inner instruction by which a program called itself. Nobody else can make a
            /// program do that, so an event's program is its author.
            pub fn read(program: &Pubkey, data: &[u8]) -> Option<Self> {
                let data = data.strip_prefix(EVENT_IX_TAG_LE)?;
                $($(
                    if *program == ids::$program {
                        if let Some(mut fields) = data.strip_prefix($module::$event::DISCRIMINATOR) {
                            let read = $module::$event::deserialize(&mut fields).ok();
                            return read.map(|event| Self::$event(Box::new(event)));
                        }
                    }
                )*)*
                None
            }

            /// Its name.
            pub const fn name(&self) -> &'static str {
                match self {
                    $($(Self::$event(_) => stringify!($event),)*)*
                }
            }
        }
    };
}

events! {
    ACCOUNT account:
        AccountClosed, AccountOpened, AccountSettled, BankSet, CashMoved, ClaimsCut, CollateralMoved, DateFrozen,
        DateListed, DelegateSet, Deposited, FeesCollected, FundingAccrued, GroupCreated, GroupRulesChanged,
        InsurancePaid, LegsMoved, LiquidationSet, LossAbsorbed, LossShared, Marked, MarketSet, OrdersCancelled,
        OrdersOpened, ProfitRealised, Stopped, Traded, Transferred, TriggerSet, VaultOpened, VenueSet, Withdrawn;
    RISK risk:
        ModelChanged, CommitteeChanged, MarketRiskChanged, SurfacePosted, MultiplierAttested, Assessed;
    LIQUIDATION liquidation:
        CollateralSwapped, InsuranceEarned, Liquidated, LossBorne, RescueBegan, RescueEnded, RescueRulesChanged,
        StakeChanged;
}
