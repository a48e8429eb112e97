//! Two groups of one authority: only the group tells their accounts apart, so nothing but the check of the group
//! stands between the one and the other.

use crate::refusal::{every_account_is_needed, refused, refused_by_runtime, refused_with};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    risk::{CreateMarketRiskArgs, CreateModelArgs, Preset},
    seeds,
};
use ballast_testkit::{
    actor, risk_program, rules, GroupSpec, Instruction, Keypair, Outcome, RiskSpec, Signer, World,
};

/// Both groups, each with a model, a committee and the same markets; the other one has a draft, too.
pub struct TwoGroups {
    /// The group that a story is about.
    pub ours: RiskSpec,
    /// The other group.
    pub other: RiskSpec,
    /// Who pays rent, and is nothing else.
    pub payer: Keypair,
}

impl TwoGroups {
    pub fn new(world: &mut World, preset: Preset, markets: &[u16]) -> Self {
        let ours = world.create_risk(preset, markets);
        let payer = world.person("rent payer");
        let other = second_group(world, &ours, preset, markets);
        let key = other.authority.pubkey();
        let draft = risk_program::create_draft(&other.group, &key, &key);
        world.svm.send(&[draft], &[&other.authority]).expect("the other group gets its draft");
        Self { ours, other, payer }
    }

    pub fn group(&self) -> Pubkey {
        self.ours.group
    }

    pub fn authority(&self) -> Pubkey {
        self.ours.authority.pubkey()
    }

    /// Everybody who signs anything here.
    pub fn signers(&self) -> [&Keypair; 2] {
        [&self.ours.authority, &self.payer]
    }

    /// Sends what must succeed, signed by the authority.
    pub fn send(&self, world: &mut World, instruction: Instruction) -> Outcome {
        let done = world.svm.send(&[instruction], &[&self.ours.authority]);
        done.unwrap_or_else(|failure| panic!("{failure:#?}"))
    }

    /// Creates our group's draft; the payer pays for it.
    pub fn create_draft(&self, world: &mut World) -> Outcome {
        let create = risk_program::create_draft(&self.group(), &self.authority(), &self.payer.pubkey());
        world.svm.send(&[create], &self.signers()).unwrap_or_else(|failure| panic!("{failure:#?}"))
    }

    /// The accounts of the other group.
    pub fn strangers(&self) -> Vec<Pubkey> {
        let group = self.other.group;
        let mut keys = vec![
            group,
            seeds::find_model(&group).0,
            seeds::find_draft(&group).0,
            seeds::find_committee(&group).0,
        ];
        keys.extend(self.other.markets.iter().map(|market| seeds::find_market_risk(&group, *market).0));
        keys
    }

    /// Sends the instruction with every account dropped, exchanged for each of the others and for each of the other
    /// group's, and stripped of its signature or of its right to be written; `unwritable` is how the last is refused.
    /// The accounts in `free` may be any by right.
    pub fn refuse_tampering(
        &self,
        world: &mut World,
        instruction: &Instruction,
        free: &[usize],
        unwritable: &str,
    ) {
        every_account_is_needed(world, instruction, &self.signers(), free);
        for position in (0..instruction.accounts.len()).filter(|position| !free.contains(position)) {
            for stranger in self.strangers() {
                let mut exchanged = instruction.clone();
                let meta = &mut exchanged.accounts[position];
                (meta.pubkey, meta.is_signer) = (stranger, false);
                let what = format!("account {position} exchanged for the other group's {stranger}");
                refused(world, &what, exchanged, &self.signers());
            }
        }
        for (position, meta) in instruction.accounts.iter().enumerate() {
            if meta.is_signer {
                let mut stripped = instruction.clone();
                stripped.accounts[position].is_signer = false;
                refused_with(world, &format!("account {position} unsigned"), 3010, stripped, &self.signers());
            }
            if meta.is_writable {
                let mut stripped = instruction.clone();
                stripped.accounts[position].is_writable = false;
                let what = format!("account {position} that cannot be written");
                refused_by_runtime(world, &what, unwritable, stripped, &self.signers());
            }
        }
    }
}

/// How an account that must be written, but cannot be, is refused: by Anchor, or by the runtime where it is created.
pub const NOT_MUTABLE: &str = "Custom(2000)";
pub const ESCALATION: &str = "PrivilegeEscalation";

/// Another group over the same dollar, with the same authority, committee, model and markets.
fn second_group(world: &mut World, first: &RiskSpec, preset: Preset, markets: &[u16]) -> RiskSpec {
    let authority = first.authority.insecure_clone();
    let key = authority.pubkey();
    let (group, _) = world.create_group(&GroupSpec {
        creator: &authority,
        payer: &authority,
        quote_mint: actor("dollar").pubkey(),
        index: 2,
        authority: key,
        guardian: actor("guardian").pubkey(),
    });
    let attestors = first.attestors.each_ref().map(Keypair::insecure_clone);
    let seats = attestors.each_ref().map(Signer::pubkey);
    let model = CreateModelArgs { preset, peg_market: 0 };
    let mut steps = vec![
        risk_program::create_model(&group, &key, &key, model),
        risk_program::create_committee(&group, &key, &key, &seats, 2),
    ];
    for market in markets {
        let args = CreateMarketRiskArgs { market: *market, rules: rules(&group, *market) };
        steps.push(risk_program::create_market_risk(&group, &key, &key, &args));
    }
    for step in steps {
        world.svm.send(&[step], &[&authority]).expect("the other group gets what the first one has");
    }
    RiskSpec { group, authority, attestors, markets: markets.to_vec() }
}
