//! Programs: comparing what is deployed with files, and deploying by the upgradeable loader.

mod deploy;
mod state;
mod version;
mod write;

pub(crate) use deploy::Deployment;

use crate::{
    description,
    keys::shown,
    place::is_free,
    plan::{By, Line, Planner, Sign, Step, Work},
    wrong::{Error, Wrong},
};
use ballast_client::Signer;
use deploy::Kind;
use std::{fs, sync::Arc};

/// Least bytes by which a program may be extended.
const LEAST_EXTENSION: usize = 10_240;
/// Most bytes of a program: those of the largest account without the loader's own.
const MOST_BYTES: usize = 10 * 1_024 * 1_024 - 45;

/// Plans a program.
pub(crate) async fn plan(planner: &mut Planner<'_>, it: &description::Program) -> Result<(), Error> {
    let program = match (&it.address, &it.key) {
        (Some(address), _) => *address,
        (None, Some(key)) => planner.keys.address(key)?,
        (None, None) => return Err(Wrong::new(format!("programs.{}: it has no address", it.name)).into()),
    };
    let thing = format!("program {} {program}", it.name);
    let data = state::data_address(&program);
    let mut found = planner.chain.accounts(&[program, data, version::ONLY_V3]).await?.into_iter();
    let held = found.next().flatten().filter(|account| !is_free(account));
    let is_program = held.as_ref().is_some_and(state::is_program);
    let Some(file) = &it.file else {
        match held.is_some_and(|account| account.executable) {
            true => planner.note(Sign::Same, &thing, "not deployed from here"),
            false => {
                let line = Line::whole(Sign::Refuse, &thing, "");
                planner
                    .plan
                    .lines
                    .push(line.refused("it is not there, and `deploy = false` leaves that to others"));
            }
        }
        return Ok(());
    };
    let name = shown(file);
    let bytes = fs::read(file).map_err(|error| Wrong::new(format!("{name}: cannot be read: {error}")))?;
    if !bytes.starts_with(b"\x7fELF") {
        return Err(Wrong::new(format!("{name}: is no program")).into());
    }
    let room = bytes.len().max(it.max_length);
    if room > MOST_BYTES {
        return Err(
            Wrong::new(format!("programs.{}: a program has {MOST_BYTES} bytes at most", it.name)).into()
        );
    }
    let deployed = found.next().flatten().as_ref().and_then(state::deployed);
    let feature = found.next().flatten();
    let outdated = version::outdated(&bytes, feature.as_ref());
    let authority = planner.keys.address(&it.authority)?;
    let mut deployment = Deployment {
        program,
        key: it.key.clone().map(By::Name),
        authority: it.authority.clone(),
        bytes: Arc::new(bytes),
        room,
        kind: Kind::First,
    };
    let Some(held) = held else {
        // Before the bytes are paid for.
        let why = match it.key.as_ref().map(|key| planner.keys.key(key)) {
            None => Some("its key is needed for the first deployment".to_owned()),
            Some(Err(wrong)) => Some(format!("its key is needed for the first deployment: {wrong}")),
            Some(Ok(key)) if key.pubkey() != program => {
                Some(format!("its key is that of {}, which is another address", key.pubkey()))
            }
            Some(Ok(_)) => outdated,
        };
        if let Some(why) = why {
            planner.plan.lines.push(Line::whole(Sign::Refuse, &thing, "").refused(&why));
            return Ok(());
        }
        let length = deployment.bytes.len();
        let note = format!("{length} bytes, max_length {room}, upgrade authority {authority}");
        planner.note(Sign::Create, &thing, note);
        deployment.need(planner, &authority).await?;
        push(planner, &thing, deployment);
        return Ok(());
    };
    let refuse = |why: &str| Line::whole(Sign::Refuse, &thing, "").refused(why);
    let Some(deployed) = deployed.filter(|_| is_program && held.executable) else {
        planner
            .plan
            .lines
            .push(refuse("there is something else, or a program that was closed, at its address"));
        return Ok(());
    };
    let same = deployed.is(&deployment.bytes);
    let more = room.saturating_sub(deployed.bytes.len());
    // Even where nothing is to be done: whoever may upgrade a program may do anything with it.
    if deployed.authority != Some(authority) {
        let held = deployed.authority.map_or("nobody".to_owned(), |held| held.to_string());
        let line = Line::rule(&thing, "authority", &held, &authority.to_string());
        let why = match deployed.authority {
            Some(_) => "only who may upgrade it now can hand that on",
            None => "it can never be upgraded again; `deploy = false` leaves it as it is",
        };
        planner.plan.lines.push(line.refused(why));
        return Ok(());
    }
    if same && more == 0 {
        planner.note(Sign::Same, &thing, format!("{} bytes", deployment.bytes.len()));
        return Ok(());
    }
    if let Some(why) = outdated.filter(|_| !same) {
        planner.plan.lines.push(refuse(&why));
        return Ok(());
    }
    // What is sent is what is told; by less than the least only where no more room is left at all.
    let held = deployed.bytes.len();
    let more = if more == 0 { 0 } else { more.max(LEAST_EXTENSION).min(MOST_BYTES - held) };
    if more > 0 {
        planner.change(&thing, "max_length", &held.to_string(), &(held + more).to_string());
    }
    if !same {
        planner.note(Sign::Change, &thing, format!("other {} bytes", deployment.bytes.len()));
    }
    deployment.kind = Kind::Upgrade { more, same };
    deployment.need(planner, &authority).await?;
    push(planner, &thing, deployment);
    Ok(())
}

fn push(planner: &mut Planner<'_>, thing: &str, deployment: Deployment) {
    planner.plan.steps.push(Step { words: thing.to_owned(), work: Work::Deploy(Box::new(deployment)) });
}
