//! What std asks of its system, and how a panic reaches the log.

use core::fmt::{self, Write};
use core::panic::{Location, PanicInfo, PanicPayload};

extern "C" {
    fn sol_log_(text: *const u8, length: u64);
    fn abort() -> !;
}

/// A line of the log, on the stack: a panic may come from an empty heap. What exceeds it is cut.
struct Line {
    text: [u8; 512],
    length: usize,
}

impl Write for Line {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let space = self.text.len() - self.length;
        let taken = part.len().min(space);
        self.text[self.length..self.length + taken].copy_from_slice(&part.as_bytes()[..taken]);
        self.length += taken;
        Ok(())
    }
}

fn log(text: fmt::Arguments<'_>) {
    let mut line = Line { text: [0; 512], length: 0 };
    // A line never refuses a part.
    let _ = line.write_fmt(text);
    // SAFETY: the text is as long as it says.
    unsafe { sol_log_(line.text.as_ptr(), line.length as u64) }
}

/// Writes the message and place of a panic to the log.
#[no_mangle]
pub fn sbf_panic(info: &PanicInfo<'_>) {
    log(format_args!("{info}"));
}

/// As `sbf_panic`, of a panic that carries a value instead of a message.
#[no_mangle]
pub fn sbf_panic_payload(payload: &mut dyn PanicPayload, place: &Location<'_>) {
    log(format_args!("panicked at {place}:\n{}", payload.as_str().unwrap_or("a value that is no text")));
}

/// Ends a program whose heap is used up.
#[no_mangle]
pub unsafe extern "C" fn sbf_out_of_memory() -> ! {
    const MESSAGE: &str = "Error: memory allocation failed, out of memory";
    sol_log_(MESSAGE.as_ptr(), MESSAGE.len() as u64);
    abort()
}

/// std's standard output and error both go to the log.
#[no_mangle]
pub unsafe extern "C" fn sys_write(_stream: u32, text: *const u8, length: usize) {
    sol_log_(text, length as u64);
}

/// std's last words before it halts.
#[no_mangle]
pub unsafe extern "C" fn sys_panic(text: *const u8, length: usize) -> ! {
    sol_log_(text, length as u64);
    abort()
}

/// Ends the program: nothing of it may stand.
#[no_mangle]
pub unsafe extern "C" fn sys_halt() -> ! {
    abort()
}

/// "Random" seeds for hash maps: there is no entropy that all validators share, so these are fixed.
#[no_mangle]
pub unsafe extern "C" fn sys_rand(out: *mut u32, words: usize) {
    for i in 0..words {
        *out.add(i) = 0x9e37_79b9u32.wrapping_mul(i as u32 + 1);
    }
}

/// There is no environment.
#[no_mangle]
pub unsafe extern "C" fn sys_getenv(
    _out: *mut u32,
    _words: usize,
    _name: *const u8,
    _length: usize,
) -> usize {
    usize::MAX
}
