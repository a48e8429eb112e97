//! Object to program: `sbpf-linker` writes the file that the chain loads, for one SBPF version.

use std::fmt;

use crate::program::NULL_GUARD;
use anyhow::{anyhow, bail, Result};
use object::build::elf::{Builder, SectionData};
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _};
use sbpf_linker::{link_program, ProgramOptions, SbpfArch, SbpfLinkerError};

/// The size of a stack frame, fixed in both versions.
const FRAME: i32 = 4096;
/// What one account can hold.
const LARGEST: usize = 10 * 1024 * 1024;
/// An instruction's size; files keep code and data aligned to it.
const WORD: u64 = 8;

/// A version of the instruction set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arch {
    /// The first, which every tool runs.
    V0,
    /// The one that new deployments ask for.
    V3,
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V0 => "v0",
            Self::V3 => "v3",
        })
    }
}

/// Links an object for a version.
///
/// In a v0 file the data follow the code, wherever that ends. So the code is lengthened, by
/// instructions that nobody reaches, until the data start where their alignment wants them.
pub fn link(object: &[u8], arch: Arch) -> Result<Vec<u8>> {
    let alignment = data_alignment(object)?;
    if let Some(name) = first_name(object)?.filter(|name| name != NULL_GUARD) {
        bail!("`{name}` would lie at address zero (a defect of cargo-sbf, please report it)");
    }
    for padding in 0..alignment / WORD {
        let bytes = link_as_is(&lengthen(object, padding)?, arch)?;
        if !is_aligned(&bytes, alignment)? {
            continue;
        }
        if bytes.len() > LARGEST {
            bail!("the program has {} bytes for {arch}; an account holds at most {LARGEST}", bytes.len());
        }
        return Ok(bytes);
    }
    bail!("no data of this program can have the alignment of {alignment} that some ask for")
}

fn link_as_is(object: &[u8], arch: Arch) -> Result<Vec<u8>> {
    let version = match arch {
        Arch::V0 => SbpfArch::V0,
        Arch::V3 => SbpfArch::V3,
    };
    let linked = link_program(object, ProgramOptions::new(Default::default(), version, FRAME));
    linked.map_err(|errors| anyhow!("cannot link for {arch}: {}", SbpfLinkerError::format_errors(&errors)))
}

fn is_data(name: &str) -> bool {
    name.starts_with(".rodata") || name.starts_with(".data.rel.ro")
}

/// The largest alignment that read-only data ask for. Checks by the way that all code is in one
/// section: the linker sends calls between two astray, without a word.
fn data_alignment(object: &[u8]) -> Result<u64> {
    let (mut alignment, mut code) = (WORD, 0);
    for section in object::File::parse(object)?.sections() {
        let name = section.name()?;
        if is_data(name) {
            alignment = alignment.max(section.align());
        }
        code += usize::from(name.starts_with(".text"));
    }
    if code != 1 {
        bail!("the object has its code in {code} sections (a defect of cargo-sbf, please report it)");
    }
    Ok(alignment)
}

/// Puts a number of instructions behind the code.
fn lengthen(object: &[u8], instructions: u64) -> Result<Vec<u8>> {
    const EXIT: [u8; WORD as usize] = [0x95, 0, 0, 0, 0, 0, 0, 0];
    if instructions == 0 {
        return Ok(object.to_vec());
    }
    let mut builder = Builder::read(object)?;
    for section in &mut builder.sections {
        if let (b".text", SectionData::Data(code)) = (section.name.as_slice(), &mut section.data) {
            let mut longer = code.to_vec();
            longer.extend(EXIT.repeat(instructions as usize));
            *code = longer.into();
        }
    }
    // LLVM keeps the names of sections and symbols in one table, the builder wants two.
    let names = builder.sections.add();
    names.name = b".shstrtab"[..].into();
    names.sh_type = object::elf::SHT_STRTAB;
    names.data = SectionData::SectionString;
    let mut bytes = Vec::new();
    builder.write(&mut bytes)?;
    Ok(bytes)
}

/// The name of what lies at the start of the data, if it has one that the program may refer to. Tables of
/// constants that the back end makes have none: their addresses are computed, and never tested.
fn first_name(object: &[u8]) -> Result<Option<String>> {
    let file = object::File::parse(object)?;
    let mut first = None;
    for section in file.sections() {
        if first.is_none() && is_data(section.name()?) && section.size() > 0 {
            first = Some(section.index());
        }
    }
    for symbol in file.symbols() {
        let starts =
            symbol.section_index().is_some() && symbol.section_index() == first && symbol.address() == 0;
        if starts && symbol.kind() == object::SymbolKind::Data {
            return Ok(Some(symbol.name()?.to_owned()));
        }
    }
    Ok(None)
}

/// Whether a program's read-only data start where their alignment wants them.
fn is_aligned(program: &[u8], alignment: u64) -> Result<bool> {
    for section in object::File::parse(program)?.sections() {
        if is_data(section.name()?) && !section.address().is_multiple_of(alignment) {
            return Ok(false);
        }
    }
    Ok(true)
}
