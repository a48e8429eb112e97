//! Names of what must hold: short, and never another for the same thing.

/// What is counted of all accounts' cash is what the group counts.
pub const CASH: &str = "1 tokens: cash";
/// Pools, waiting fees and what is not counted of cash are what the group says.
pub const UNCOUNTED: &str = "1 tokens: uncounted";
/// Fees of all venues are what the group counts.
pub const VENUES: &str = "1 tokens: venues";
/// The vault holds what is owed.
pub const VAULT: &str = "1 tokens: the vault";
/// Shares of cash and of debt are what the group counts.
pub const SHARES: &str = "1 tokens: shares";
/// Banks count what accounts have deposited.
pub const DEPOSITS: &str = "1 tokens: deposits";
/// Banks' vaults hold what the banks count.
pub const BANKS: &str = "1 tokens: banks";
/// No more interest is credited than was charged.
pub const INTEREST: &str = "1 tokens: interest";
/// Accounts and markets keep their own order, and an account's cash is what is counted of it and what is not.
pub const ORDER: &str = "2 derivatives: order";
/// Long positions net to short ones.
pub const NET: &str = "2 derivatives: net";
/// Open interest is what accounts hold.
pub const OPEN_INTEREST: &str = "2 derivatives: open interest";
/// Dates count the legs in them.
pub const DATES: &str = "2 derivatives: dates";
/// Markets count what is not paid.
pub const UNPAID: &str = "2 derivatives: unpaid";
/// Claims are no more than the market counts.
pub const CLAIMS: &str = "2 derivatives: claims";
/// Winners are owed no more than losers have paid or owe.
pub const WINNERS: &str = "2 derivatives: winners";
/// The fund's vault holds what the fund owns.
pub const FUND: &str = "1 the fund: vault";
/// Stakers have no more shares than there are.
pub const STAKES: &str = "1 the fund: stakes";
/// Who is under liquidation is up for auction, and nobody else.
pub const AUCTIONS: &str = "4 rescues: auctions";

/// All of them, in the order in which they are checked.
pub const ALL: [&str; 18] = [
    CASH,
    UNCOUNTED,
    VENUES,
    VAULT,
    SHARES,
    DEPOSITS,
    BANKS,
    INTEREST,
    ORDER,
    NET,
    OPEN_INTEREST,
    DATES,
    UNPAID,
    CLAIMS,
    WINNERS,
    FUND,
    STAKES,
    AUCTIONS,
];

/// Those that compare a vault with what it owes: anybody can send tokens to a vault, so that it may hold more.
pub const VAULTS: [&str; 3] = [VAULT, BANKS, FUND];
