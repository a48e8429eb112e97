//! Stands in for the linker: cargo runs this binary with the linker's arguments, and it notes
//! which objects and libraries make up the program. The note is what cargo takes for the program.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use object::read::archive::ArchiveFile;

/// The environment variable that puts the binary into this role.
pub const MODE: &str = "CARGO_SBF_COLLECT";

/// Writes the note: one path a line, in link order.
pub fn run(args: impl Iterator<Item = OsString>) -> Result<()> {
    let args: Vec<PathBuf> = args.map(PathBuf::from).collect();
    let is_input = |path: &&PathBuf| path.extension().is_some_and(|end| end == "o" || end == "rlib");
    let inputs: Vec<_> = args.iter().filter(is_input).map(|path| path.to_string_lossy()).collect();
    let after = |flag: &str| args.iter().skip_while(|arg| arg.as_os_str() != flag).nth(1);
    let output = after("-o").context("the linker is given an output")?;
    // rustc deletes its own objects when the linker returns: they are kept beside the note.
    let kept = output.with_extension("objects");
    fs::create_dir_all(&kept)?;
    let mut lines = String::new();
    for input in inputs {
        let path = Path::new(input.as_ref());
        let is_object = path.extension().is_some_and(|end| end == "o");
        let noted = if is_object {
            let copy = kept.join(path.file_name().context("an object has a name")?);
            fs::copy(path, &copy)?;
            copy
        } else {
            path.to_path_buf()
        };
        lines.push_str(&noted.to_string_lossy());
        lines.push('\n');
    }
    fs::write(output, lines)?;
    Ok(())
}

/// How bitcode begins.
const BITCODE: &[u8] = b"BC\xc0\xde";

/// A piece of bitcode and where it came from.
pub struct File {
    /// The file's name, or the library's and the member's.
    pub name: String,
    /// The bitcode.
    pub bytes: Vec<u8>,
    /// The object or library.
    pub path: PathBuf,
}

/// Reads the bitcode that a note names.
pub fn read(note: &Path) -> Result<Vec<File>> {
    let text = fs::read_to_string(note).with_context(|| format!("cargo left no {}", note.display()))?;
    let mut files = Vec::new();
    for path in text.lines().map(PathBuf::from) {
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|end| end == "o") {
            // rustc adds an object of symbol names for linkers that need to be told; it is no code.
            if !bytes.starts_with(BITCODE) {
                continue;
            }
            files.push(File { name, bytes, path });
            continue;
        }
        let archive = ArchiveFile::parse(&*bytes)?;
        for member in archive.members() {
            let member = member?;
            let label = String::from_utf8_lossy(member.name()).into_owned();
            if label.ends_with(".o") {
                let bytes = member.data(&*bytes)?.to_vec();
                files.push(File { name: format!("{name}({label})"), bytes, path: path.clone() });
            }
        }
    }
    Ok(files)
}
