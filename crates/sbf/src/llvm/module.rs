//! Whole modules: reading, linking, running passes, writing code, collecting what LLVM complains of.

use std::ffi::{c_void, CStr, CString};
use std::path::Path;
use std::ptr::null_mut;
use std::slice;

use anyhow::{bail, Result};

use super::{api, Context, Diagnostic, Handle, MemoryBuffer, Module, TargetMachine, Type, Value};

/// The processor that both SBPF versions share: no 32-bit ALU, no signed division, no atomics.
const CPU: &CStr = c"v2";
const FEATURES: &CStr = c"+allows-misaligned-mem-access";
const TRIPLE: &CStr = c"bpfel";

/// One LLVM context with one module, a BPF code generator and the errors reported so far.
pub struct Session {
    /// The context of every type and constant.
    pub cx: Context,
    /// The program.
    pub module: Module,
    machine: TargetMachine,
    /// Boxed, so that the pointer that LLVM keeps stays good when the session moves.
    complaints: Box<Complaints>,
}

/// The errors that LLVM has reported and nobody has read.
#[derive(Default)]
struct Complaints(Vec<String>);

extern "C" fn collect(diagnostic: Diagnostic, into: *mut c_void) {
    const ERROR: u32 = 0;
    // SAFETY: `into` is the session's boxed list, alive as long as the context is.
    unsafe {
        if (api().GetDiagInfoSeverity)(diagnostic) != ERROR {
            return;
        }
        let text = (api().GetDiagInfoDescription)(diagnostic);
        let complaints = &mut *into.cast::<Complaints>();
        complaints.0.push(CStr::from_ptr(text).to_string_lossy().into_owned());
        (api().DisposeMessage)(text);
    }
}

/// Options that only LLVM's command line sets; they hold for the whole process.
fn command_line_options() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let options = [
            c"sbf",
            c"--bpf-stack-size=4096",
            // A trap is a call to `abort` by then; the kernel's `__bpf_trap` is unknown here.
            c"--bpf-disable-trap-unreachable",
            // These write barriers for the verifier of Linux, which nobody runs here.
            c"--bpf-disable-serialize-icmp",
            c"--bpf-disable-avoid-speculation",
            // One text section: the linker sends calls out of a second one astray.
            c"--profile-guided-section-prefix=false",
            // There are no vector registers: vectors taken apart again are slower than none.
            c"--vectorize-slp=false",
        ];
        let pointers: Vec<_> = options.iter().map(|o| o.as_ptr()).collect();
        unsafe { (api().ParseCommandLineOptions)(pointers.len() as i32, pointers.as_ptr(), c"".as_ptr()) }
    });
}

impl Session {
    /// An empty program.
    pub fn new() -> Result<Self> {
        command_line_options();
        let mut complaints = Box::<Complaints>::default();
        // SAFETY: all handles come from LLVM and outlive their use here.
        unsafe {
            let cx = (api().ContextCreate)();
            (api().ContextSetDiagnosticHandler)(cx, collect, (&raw mut *complaints).cast());
            let module = (api().ModuleCreateWithNameInContext)(c"program".as_ptr(), cx);
            let (mut target, mut error) = (super::api::Target(null_mut()), null_mut());
            if (api().GetTargetFromTriple)(TRIPLE.as_ptr(), &mut target, &mut error) != 0 {
                bail!("LLVM has no BPF back end: {}", CStr::from_ptr(error).to_string_lossy());
            }
            // A table of references must stay one of addresses, not of distances, which the linker
            // cannot write: so the code is static.
            let (aggressive, static_code, usual_model) = (3, 1, 0);
            let machine = (api().CreateTargetMachine)(
                target,
                TRIPLE.as_ptr(),
                CPU.as_ptr(),
                FEATURES.as_ptr(),
                aggressive,
                static_code,
                usual_model,
            );
            Ok(Self { cx, module, machine, complaints })
        }
    }

    /// Adds a bitcode file to the program.
    pub fn link(&mut self, bitcode: &[u8], name: &str) -> Result<()> {
        let label = CString::new(name)?;
        // SAFETY: the buffer is copied by LLVM; the parsed module is consumed by the link.
        unsafe {
            let buffer = (api().CreateMemoryBufferWithMemoryRangeCopy)(
                bitcode.as_ptr(),
                bitcode.len(),
                label.as_ptr(),
            );
            let mut module = Module(null_mut());
            let failed = (api().ParseBitcodeInContext2)(self.cx, buffer, &mut module) != 0;
            (api().DisposeMemoryBuffer)(buffer);
            if failed {
                bail!("{name} is not bitcode that this LLVM reads: {}", self.complaint());
            }
            // Debug information is of no use on chain and would be half of the work.
            (api().StripModuleDebugInfo)(module);
            if (api().LinkModules2)(self.module, module) != 0 {
                bail!("cannot link {name}: {}", self.complaint());
            }
        }
        Ok(())
    }

    /// What LLVM has complained of since the last call.
    pub fn complaints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints.0)
    }

    fn complaint(&mut self) -> String {
        self.complaints().join("; ")
    }

    /// Runs a pipeline of LLVM's own passes, in `opt`'s syntax.
    pub fn run(&mut self, passes: &str) -> Result<()> {
        let text = CString::new(passes)?;
        // SAFETY: as above; the error is consumed by its message.
        unsafe {
            let options = (api().CreatePassBuilderOptions)();
            (api().PassBuilderOptionsSetLoopVectorization)(options, 0);
            (api().PassBuilderOptionsSetLoopInterleaving)(options, 0);
            let error = (api().RunPasses)(self.module, text.as_ptr(), self.machine, options);
            (api().DisposePassBuilderOptions)(options);
            if error.is_null() {
                return Ok(());
            }
            let message = (api().GetErrorMessage)(error);
            let owned = CStr::from_ptr(message).to_string_lossy().into_owned();
            (api().DisposeErrorMessage)(message);
            bail!("LLVM refuses the passes `{passes}`: {owned}")
        }
    }

    /// Checks that the program is well formed: a stage that breaks it is a defect of this tool.
    pub fn verify(&self, stage: &str) -> Result<()> {
        const RETURN_STATUS: u32 = 2;
        unsafe {
            let mut message = null_mut();
            if (api().VerifyModule)(self.module, RETURN_STATUS, &mut message) == 0 {
                return Ok(());
            }
            let text = CStr::from_ptr(message).to_string_lossy().into_owned();
            bail!("stage `{stage}` wrote malformed IR (a defect of cargo-sbf, please report it): {text}")
        }
    }

    /// Writes the program's IR as text, for a look at a stage.
    pub fn print(&self, path: &Path) -> Result<()> {
        let text = CString::new(path.to_string_lossy().as_bytes())?;
        let mut error = null_mut();
        let failed = unsafe { (api().PrintModuleToFile)(self.module, text.as_ptr(), &mut error) != 0 };
        anyhow::ensure!(!failed, "cannot write {}", path.display());
        Ok(())
    }

    /// Compiles the program to a relocatable BPF object.
    pub fn object(&mut self) -> Result<Vec<u8>> {
        const OBJECT: u32 = 1;
        unsafe {
            let (mut error, mut buffer) = (null_mut(), MemoryBuffer(null_mut()));
            let emit = api().TargetMachineEmitToMemoryBuffer;
            if emit(self.machine, self.module, OBJECT, &mut error, &mut buffer) != 0 {
                bail!("no object: {}", CStr::from_ptr(error).to_string_lossy());
            }
            let bytes = slice::from_raw_parts((api().GetBufferStart)(buffer), (api().GetBufferSize)(buffer));
            let owned = bytes.to_vec();
            (api().DisposeMemoryBuffer)(buffer);
            Ok(owned)
        }
    }

    /// The size of a type in memory.
    pub fn size_of(&self, ty: Type) -> u64 {
        unsafe { (api().ABISizeOfType)((api().GetModuleDataLayout)(self.module), ty) }
    }

    /// A function by name.
    pub fn function(&self, name: &str) -> Option<Value> {
        let text = CString::new(name).ok()?;
        unsafe { (api().GetNamedFunction)(self.module, text.as_ptr()).some() }
    }
}

/// Changes to functions and globals as wholes.
pub mod code {
    use super::super::{Kind, Op};
    use super::{api, Context, Handle, Module, Type, Value};
    use std::ffi::CString;

    /// Visible to other modules.
    pub const EXTERNAL: u32 = 0;
    /// Visible to this module alone.
    pub const INTERNAL: u32 = 8;

    /// Sets who sees a function or global.
    pub fn set_linkage(value: Value, linkage: u32) {
        unsafe { (api().SetLinkage)(value, linkage) }
    }

    /// Puts a function or global into the section where its kind belongs.
    pub fn clear_section(value: Value) {
        unsafe { (api().SetSection)(value, c"".as_ptr()) }
    }

    /// Adds a function without a body.
    pub fn add_function(module: Module, name: &str, ty: Type) -> Value {
        let text = CString::new(name).expect("symbol names hold no zero byte");
        unsafe { (api().AddFunction)(module, text.as_ptr(), ty) }
    }

    /// Has every function called in C's way: the back end knows no others but one, which is the same.
    pub fn use_one_convention(module: Module) {
        const C: u32 = 0;
        for function in module.functions() {
            unsafe { (api().SetFunctionCallConv)(function, C) }
            for call in function.instructions().into_iter().filter(|i| i.opcode() == Op::Call && !i.is_asm())
            {
                unsafe { (api().SetInstructionCallConv)(call, C) }
            }
        }
    }

    /// Lets one function be seen as another is.
    pub fn copy_linkage(from: Value, to: Value) {
        unsafe { (api().SetLinkage)(to, (api().GetLinkage)(from)) }
    }

    /// Moves the body of one function into another.
    pub fn move_body(from: Value, to: Value) {
        for block in from.blocks() {
            unsafe {
                (api().RemoveBasicBlockFromParent)(block);
                (api().AppendExistingBasicBlock)(to, block);
            }
        }
    }

    /// Puts one function in the place of another: its uses and its name.
    pub fn take_place(old: Value, new: Value) {
        let name = old.name();
        old.replace_with(new);
        unsafe { (api().DeleteFunction)(old) }
        new.set_name(&name);
    }

    /// Adds a constant of zeros: so many words of eight bytes.
    pub fn add_zeros(cx: Context, module: Module, name: &str, words: u32) {
        let text = CString::new(name).expect("symbol names hold no zero byte");
        let ty = cx.words(words);
        unsafe {
            let global = (api().AddGlobal)(module, ty, text.as_ptr());
            (api().SetInitializer)(global, (api().ConstNull)(ty));
            (api().SetGlobalConstant)(global, 1);
            (api().SetAlignment)(global, 16);
        }
    }

    /// Removes a global variable.
    pub fn delete_global(global: Value) {
        unsafe { (api().DeleteGlobal)(global) }
    }

    /// Whether a global is read only.
    pub fn is_constant(global: Value) -> bool {
        unsafe { (api().IsGlobalConstant)(global) != 0 }
    }

    /// The initial value of a global that is defined here.
    pub fn initializer(global: Value) -> Option<Value> {
        unsafe { (api().GetInitializer)(global).some() }
    }

    /// Whether a constant is all zero, or may be taken as such.
    pub fn is_zero(value: Value) -> bool {
        let plain = unsafe { (api().IsNull)(value) != 0 || (api().IsUndef)(value) != 0 };
        let is_whole = matches!(value.ty().kind(), Kind::Struct | Kind::Array);
        let parts = if is_whole { unsafe { (api().GetNumOperands)(value) } } else { 0 };
        plain || (parts > 0 && (0..parts as u32).all(|i| is_zero(value.operand(i))))
    }

    /// The alignment of a global, at least one.
    pub fn alignment(global: Value) -> u64 {
        u64::from(unsafe { (api().GetAlignment)(global) }.max(1))
    }

    /// The value type of a global.
    pub fn value_type(global: Value) -> Type {
        unsafe { (api().GlobalGetValueType)(global) }
    }

    /// A constant address.
    pub fn address(cx: Context, at: u64) -> Value {
        unsafe { (api().ConstIntToPtr)(cx.constant(64, at), cx.pointer()) }
    }
}
