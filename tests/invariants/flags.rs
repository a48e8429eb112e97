//! Invariant 13: nothing that says who may do what, or what state something is in, changes but by the instruction that
//! is for it.

use crate::state::{broken, Broken, State};
use ballast_interface::{
    account::{Bank, Group, MarginAccount, Market, MarketBook, OrderRecord, Venue},
    Fixed64,
};

/// Name of the invariant.
pub const FLAGS: &str = "13 flags";

/// Instructions that settle positions whose date has passed.
const SETTLES: [&str; 9] = [
    "settle_account",
    "refresh_account",
    "begin",
    "liquidate",
    "liquidate_to_order",
    "swap_collateral",
    "end",
    "deleverage",
    "resolve_bankruptcy",
];

/// Some fields of a layout, as text, and the instructions that may change them.
type Row<T> = (&'static str, &'static [&'static str], fn(&T) -> String);

const GROUP: &[Row<Group>] = &[
    ("group: paused", &["stop"], |g| format!("{} {}", g.paused, g.paused_until)),
    ("group: rules", &["change_group"], |g| format!("{:?}", g.rules)),
    ("group: counts", &["create_bank", "create_venue", "create_market"], |g| {
        format!("{} {} {}", g.bank_count, g.venue_count, g.market_count)
    }),
    ("group: deposit_era", &["share_loss", "resolve_bankruptcy"], |g| g.deposit_era.to_string()),
    ("group: names", &[], |g| {
        let keys = [g.creator, g.authority, g.guardian, g.quote_mint, g.quote_token_program];
        let programs = [g.risk_program, g.liquidation_program, g.vault, g.rescuer];
        format!("{} {} {} {} {keys:?} {programs:?}", g.version, g.bump, g.index, g.quote_decimals)
    }),
    ("group: zeros", &[], |g| {
        format!("{:?} {} {} {:?}", g.padding, g.padding_paused, g.padding_counts, g.reserved)
    }),
];

const ACCOUNT: &[Row<MarginAccount>] = &[
    (
        "liquidation_since",
        &[
            "latch",
            "begin",
            "liquidate",
            "liquidate_to_order",
            "swap_collateral",
            "end",
            "deleverage",
            "resolve_bankruptcy",
        ],
        |a| a.liquidation_since.to_string(),
    ),
    ("has_record", &["open_orders"], |a| a.has_record.to_string()),
    ("delegates", &["set_delegate"], |a| format!("{:?}", a.delegates)),
    ("account: names", &[], |a| format!("{} {} {} {} {}", a.version, a.bump, a.sub_id, a.group, a.owner)),
    ("account: zeros", &[], |a| {
        let told = |row: &MarketBook| row.claim_era != 0 || row.claim_index != Fixed64::default();
        let rows = a.markets.iter().any(|row| row.market == 0 && told(row))
            || a.collateral.iter().any(|row| row.reserved != [0; 20])
            || a.legs.iter().any(|leg| leg.reserved != [0; 13]);
        format!("{:?} {:?} {rows}", a.padding, a.reserved)
    }),
];

const MARKET: &[Row<Market>] = &[
    ("market: terms", &["change_market"], |m| format!("{:?}", m.terms)),
    ("market: premium", &["post_mark"], |m| format!("{} {}", m.premium, m.marked_at)),
    // Whatever judges an account brings funding up to now first.
    (
        "market: funding",
        &[
            "post_mark",
            "update_funding",
            "change_market",
            "block_trade",
            "settle_fills",
            "execute_trigger",
            "settle_account",
            "refresh_account",
            "realise",
            "begin",
            "liquidate",
            "liquidate_to_order",
            "swap_collateral",
            "end",
            "deleverage",
            "resolve_bankruptcy",
            "realise_profit",
            "withdraw",
            "transfer",
        ],
        |m| format!("{} {}", m.funding_at, m.funding_index.to_bits()),
    ),
    ("market: names", &[], |m| {
        format!("{} {} {} {} {} {}", m.version, m.bump, m.market, m.group, m.lot, m.unit)
    }),
    ("market: claims", &["cut_claims", "resolve_bankruptcy"], |m| {
        format!("{} {}", m.claim_index.to_bits(), m.claim_era)
    }),
    (
        "market: waiting",
        &[
            "block_trade",
            "settle_fills",
            "execute_trigger",
            "move_legs",
            "fill_rescue",
            "liquidate",
            "liquidate_to_order",
            "deleverage",
            "collect_fees",
            "pay_insurance",
            "collect_insurance",
        ],
        |m| format!("{:?}", m.waiting),
    ),
    ("market: zeros", &[], |m| format!("{:?} {} {:?}", m.padding, m.padding_claims, m.reserved)),
];

const BANK: &[Row<Bank>] = &[
    ("bank: cap", &["change_bank"], |b| {
        format!("{} {} {} {}", b.cap, b.cap_from, b.ramp_begins, b.ramp_ends)
    }),
    ("bank: names", &[], |b| {
        let keys = [b.group, b.mint, b.token_program, b.vault];
        let numbers = [b.version, b.bump, b.decimals, b.flags];
        format!("{numbers:?} {} {} {keys:?} {} {:?}", b.bank, b.market, b.lot_amount, b.reserved)
    }),
];

const VENUE: &[Row<Venue>] = &[
    ("venue: terms", &["change_venue"], |v| {
        format!("{} {} {} {}", v.suspended, v.operator, v.fee_owner, v.fee_cap)
    }),
    ("venue: names", &[], |v| {
        format!("{} {} {} {} {:?} {:?}", v.version, v.bump, v.venue, v.group, v.padding, v.reserved)
    }),
];

const RECORD: &[Row<OrderRecord>] = &[
    ("record: watermark", &["cancel_orders"], |r| r.watermark.to_string()),
    ("record: orders", &["settle_fills", "fill_rescue", "liquidate_to_order"], |r| format!("{:?}", r.orders)),
    ("record: triggers", &["place_trigger", "cancel_trigger", "execute_trigger"], |r| {
        format!("{:?}", r.triggers)
    }),
    ("record: names", &[], |r| {
        format!("{} {} {} {:?} {:?}", r.version, r.bump, r.margin_account, r.padding, r.reserved)
    }),
];

fn compare<T>(rows: &[Row<T>], before: &T, after: &T, by: &str) -> Result<(), Broken>
where
    T: bytemuck::NoUninit,
{
    if bytemuck::bytes_of(before) == bytemuck::bytes_of(after) {
        return Ok(());
    }
    for (name, may, read) in rows {
        if !may.contains(&by) && read(before) != read(after) {
            return broken(FLAGS, format!("{name} changed by {by}"));
        }
    }
    Ok(())
}

/// Which settled dates there are, and at what they settled: once frozen, for ever; and gone only once nobody holds any.
fn dates(before: &Market, after: &Market, by: &str) -> Result<(), Broken> {
    let list = |market: &Market| market.dates[..usize::from(market.date_count)].to_vec();
    let (old, new) = (list(before), list(after));
    for date in &new {
        let known = old.iter().find(|known| known.expiry == date.expiry);
        let frozen = |settled_at: i64, settlement: u64| (settled_at, settlement);
        match known {
            None if by == "list_expiry" => {}
            None => return broken(FLAGS, format!("a date appeared by {by}")),
            Some(known) => {
                let (was, is) =
                    (frozen(known.settled_at, known.settlement), frozen(date.settled_at, date.settlement));
                let first = by == "freeze_settlement" && known.settled_at == 0;
                if was != is && !first {
                    return broken(FLAGS, format!("a settlement price changed by {by}"));
                }
            }
        }
    }
    let gone = |date: &&_| -> bool {
        let date: &ballast_interface::account::MarketDate = date;
        !new.iter().any(|left| left.expiry == date.expiry)
    };
    for date in old.iter().filter(gone) {
        let settled = SETTLES.contains(&by) || by == "list_expiry" && date.legs == 0;
        if !settled {
            return broken(FLAGS, format!("a date disappeared by {by}"));
        }
    }
    Ok(())
}

/// 13: compares every such field before and after an accepted instruction.
pub fn flags(before: &State, after: &State, by: &str) -> Result<(), Broken> {
    compare(GROUP, &*before.group, &*after.group, by)?;
    compare(VENUE, &*before.venue, &*after.venue, by)?;
    for (old, new) in before.accounts.iter().zip(&after.accounts) {
        match (old, new) {
            (Some(old), Some(new)) => compare(ACCOUNT, &**old, &**new, by)?,
            (None, Some(_)) if by != "open_account" => {
                return broken(FLAGS, format!("an account appeared by {by}"));
            }
            (Some(_), None) if by != "close_account" => {
                return broken(FLAGS, format!("an account disappeared by {by}"));
            }
            _ => {}
        }
    }
    for (old, new) in before.records.iter().zip(&after.records) {
        match (old, new) {
            (Some(old), Some(new)) => compare(RECORD, &**old, &**new, by)?,
            (None, Some(_)) if by != "open_orders" => {
                return broken(FLAGS, format!("a record appeared by {by}"));
            }
            (Some(_), None) if by != "close_account" => {
                return broken(FLAGS, format!("a record disappeared by {by}"));
            }
            _ => {}
        }
    }
    for (old, new) in before.markets.iter().zip(&after.markets) {
        compare(MARKET, old, new, by)?;
        dates(old, new, by)?;
    }
    for (old, new) in before.banks.iter().zip(&after.banks) {
        compare(BANK, old, new, by)?;
    }
    Ok(())
}
