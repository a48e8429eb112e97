use super::{llvm_library, llvm_major, Host};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder that stands for `/usr`.
fn prefix(name: &str, files: &[&str]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cargo-sbf-host-{name}-{}", std::process::id()));
    for file in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, "").expect("a file");
    }
    folder
}

#[test]
fn a_bare_machine_is_told_the_apt_line() {
    let error = Host::find_below(Path::new("/nowhere")).err().expect("nothing is there").to_string();
    assert_eq!(
        error,
        "building programs needs Debian's compiler; install it with: \
         apt-get install -y --no-install-recommends rustc-web cargo-web rust-web-src libllvm22"
    );
}

#[test]
fn only_what_is_missing_is_named() {
    let library = format!("lib/{}-linux-gnu/libLLVM-22.so", std::env::consts::ARCH);
    let folder = prefix("partly", &["bin/cargo", &library]);
    let error = Host::find_below(&folder).err().expect("rustc is missing").to_string();
    assert!(error.ends_with("rustc-web rust-web-src"), "{error}");
    fs::remove_dir_all(folder).expect("the folder goes");
}

#[test]
fn llvm_follows_rustc() {
    assert_eq!(llvm_major("rustc 1.96.0\nLLVM version: 22.1.8\n"), Some(22));
    assert_eq!(llvm_major("rustc 1.99.0\nLLVM version: 23.1.0-rc2\n"), Some(23));
    assert_eq!(llvm_major("something else"), None);
    let folder = prefix("llvm", &["lib/libLLVM.so.23.1", "lib/libLLVM-22.so"]);
    assert_eq!(llvm_library(&folder, 23), Some(folder.join("lib/libLLVM.so.23.1")));
    assert_eq!(llvm_library(&folder, 22), Some(folder.join("lib/libLLVM-22.so")));
    assert_eq!(llvm_library(&folder, 21), None);
    fs::remove_dir_all(folder).expect("the folder goes");
}
