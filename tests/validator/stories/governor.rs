//! Whoever governs: rules changed by the authority, a stop by the guardian, surfaces by the committee, nothing by others.

use super::{
    founding::described,
    stage::{Person, Stage},
};
use ballast_client::{signatures, Keypair, Result, Sender, Sent, Signer};
use ballast_interface::{
    account::{instructions::stop, pause},
    risk::{instructions::post_surface, Committee, PostSurfaceArgs},
    seeds,
};
use ballast_testkit::{actor, slice};

/// Steps of 10^-10 in a dollar.
const STEPS: u64 = 10_000_000_000;

impl Stage {
    /// The two dates that are listed, as instruments name them.
    pub fn dates(&self) -> Vec<String> {
        let shown = self.run_as(&self.home.path("payer.json"), &["market", "show", "1"]).fine();
        let dates = shown.lines().filter(|line| line.contains("UTC"));
        let dates: Vec<_> =
            dates.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
        assert_eq!(dates.len(), 2, "{shown}");
        dates
    }

    /// Changes rules, and adds a bank; whoever is not the authority is refused. Says how the exchange is described now.
    pub fn change_rules(&mut self, builds: &str, stranger: &Person) -> String {
        let payer = self.home.path("payer.json");
        let text = described(builds).replacen("[group]\n", "[group]\nfee_share = 0.25\n", 1);
        let changed = self.migrate(&text, &payer, &[]);
        assert!(changed.stderr.contains("\n~ group.fee_share 0.2 -> 0.25\n"), "{}", changed.stderr);
        assert_eq!(changed.json()["sent"].as_array().map(Vec::len), Some(1));
        // A quarter of 2^40.
        assert_eq!(self.exchange().group.rules.fee_share, 274_877_906_944);
        self.is_migrated(&text);

        let add = ["bank", "add", "--market", "3", "--create-mint", "5", "--cap", "100", "--json"];
        let refused = self.run(stranger, &add);
        assert_eq!(refused.code, Some(1), "{}", refused.stdout);
        assert!(refused.stderr.contains("Only the group's authority may do that."), "{}", refused.stderr);
        let authority = self.home.path("keys/authority.json");
        assert_eq!(self.run_as(&authority, &add).json()["facts"]["bank"], "4");
        // Five SOL tokens of eight decimals.
        let bank = self.exchange().bank(4).expect("it is there").mint;
        let made = self.wait(self.chain.account(&bank)).expect("an answer").expect("a mint").data;
        assert_eq!(made[36..44], 500_000_000u64.to_le_bytes());
        self.told.done("a rule changed and a bank added by the authority, and by nobody else");
        text
    }

    /// The guardian stops withdrawals of whoever holds positions, the authority lets go; a stranger can do neither.
    pub fn tighten(&mut self, trader: &Person) {
        let act = |by: &Keypair, what, seconds| {
            self.send(by, &[stop(&self.group, &by.pubkey(), what, seconds)], &[])
        };
        let refused = act(&trader.key, pause::WITHDRAW, 600).expect_err("a stranger stops nothing");
        assert!(
            refused.to_string().contains("Only the group's authority or guardian may do that."),
            "{refused}"
        );
        let before = self.wallet(trader, 0);
        act(&actor("guardian"), pause::WITHDRAW, 600).unwrap_or_else(|error| panic!("{error}"));
        let stopped = self.run(trader, &["withdraw", "1"]).sentence(1);
        assert_eq!(stopped, "The guardian has stopped this for a few hours.");
        act(&actor("authority"), 0, 0).unwrap_or_else(|error| panic!("{error}"));
        self.run(trader, &["withdraw", "1"]).fine();
        assert_eq!(self.wallet(trader, 0), before + 1_000_000);
        self.told.done("withdrawals stopped by the guardian, and let go by the authority");
    }

    /// Posts surfaces of all markets that two of three attestors signed; one alone is not enough.
    pub fn post_surfaces(&mut self, prices: [u64; 3]) {
        let refused = self.post_surface(1, prices[0], &["attestor 1"]).expect_err("two must sign");
        assert!(refused.to_string().contains("sign"), "{refused}");
        for (market, price) in (1..).zip(prices) {
            let posted = self.post_surface(market, price, &["attestor 0", "attestor 2"]);
            posted.unwrap_or_else(|error| panic!("{error}"));
        }
        let shown = self.run_as(&self.home.path("payer.json"), &["surface", "show", "1"]).fine();
        // Volatilities of about sixty per cent.
        assert!(shown.contains("60."), "{shown}");
        self.told.done("surfaces of three markets posted by two attestors each, and refused of one");
    }

    fn post_surface(&self, market: u16, price: u64, attestors: &[&str]) -> Result<Sent> {
        let exchange = self.exchange();
        let committee: Committee = self.wait(self.chain.get(&seeds::find_committee(&self.group).0))?;
        let now = self.wait(self.chain.now())?;
        let dates = exchange.market(market)?.dates();
        let slices = dates.iter().map(|date| slice(now, date.expiry - now, price * STEPS, 0.6));
        let args = PostSurfaceArgs {
            group: self.group,
            market,
            epoch: committee.epoch,
            sequence: exchange.risk(market)?.sequences[0] + 1,
            valid_from: now,
            valid_until: now + 1_800,
            index: price * STEPS,
            slices: slices.collect(),
        };
        let post = post_surface(&args);
        let checks: Vec<_> = attestors
            .iter()
            .map(|name| {
                let key = actor(name);
                let signature = key.sign_message(&post.data).into();
                (key.pubkey(), signature, 0, post.data.len() as u16)
            })
            .collect();
        // The check is the first instruction behind a sender's own, and what was signed the next one.
        let check = signatures(&checks, Sender::FIRST + 1);
        self.send(&self.validator.key(), &[check, post], &[])
    }
}
