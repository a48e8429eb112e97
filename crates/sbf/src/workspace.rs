//! The user's workspace: which packages are programs, where their files go.

use std::path::PathBuf;

use anyhow::{bail, Context as _, Result};
use serde_json::Value;

use crate::host::{output, Host};

/// A package that builds to a program.
#[derive(Clone, Debug)]
pub struct Program {
    /// The package's name.
    pub package: String,
    /// The library's name, which names the `.so`.
    pub library: String,
    /// The folder's name, accepted on the command line too.
    folder: String,
    /// Whether it is built when none is named.
    is_default: bool,
}

/// The workspace around the current folder.
pub struct Workspace {
    /// Its root.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
    programs: Vec<Program>,
}

impl Workspace {
    /// Asks cargo.
    pub fn find(host: &Host) -> Result<Self> {
        let text = output(&host.cargo, &["metadata", "--format-version", "1", "--no-deps"])?;
        let metadata: Value = serde_json::from_str(&text)?;
        let path = |key: &str| Some(PathBuf::from(metadata[key].as_str()?));
        let packages = metadata["packages"].as_array().context("cargo lists packages")?;
        Ok(Self {
            root: path("workspace_root").context("cargo names the root")?,
            target: path("target_directory").context("cargo names the target directory")?,
            programs: packages.iter().filter_map(program).collect(),
        })
    }

    /// The programs asked for by package, library or folder name; when none is, all but those that
    /// say `default = false` under `[package.metadata.sbf]`.
    pub fn choose(&self, names: &[String]) -> Result<Vec<Program>> {
        if self.programs.is_empty() {
            bail!("no package of this workspace has a library of crate-type cdylib, so there is no program to build");
        }
        if names.is_empty() {
            return Ok(self.programs.iter().filter(|program| program.is_default).cloned().collect());
        }
        let choose = |name: &String| {
            let by = |key: fn(&Program) -> &String| self.programs.iter().find(|p| key(p) == name);
            let known = by(|p| &p.package).or_else(|| by(|p| &p.library)).or_else(|| by(|p| &p.folder));
            known.cloned().with_context(|| {
                let all: Vec<_> = self.programs.iter().map(|p| p.package.as_str()).collect();
                format!("no program is called `{name}`; there are: {}", all.join(", "))
            })
        };
        names.iter().map(choose).collect()
    }
}

fn program(package: &Value) -> Option<Program> {
    let is_program = |target: &&Value| {
        target["crate_types"].as_array().is_some_and(|types| types.iter().any(|ty| ty == "cdylib"))
    };
    let library = package["targets"].as_array()?.iter().find(is_program)?;
    let manifest = PathBuf::from(package["manifest_path"].as_str()?);
    Some(Program {
        package: package["name"].as_str()?.to_owned(),
        library: library["name"].as_str()?.replace('-', "_"),
        is_default: package["metadata"]["sbf"]["default"] != Value::Bool(false),
        folder: manifest.parent()?.file_name()?.to_str()?.to_owned(),
    })
}
