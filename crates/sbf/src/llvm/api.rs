//! LLVM's C interface, found at run time.
//!
//! The library is opened by name rather than linked, for three reasons: the tool then builds where
//! LLVM is not installed and can say in one sentence what is missing; no `-dev` package is needed;
//! and it can follow the LLVM major of the rustc that wrote the bitcode.

use std::ffi::{c_char, c_void};
use std::sync::OnceLock;

use anyhow::{Context as _, Result};
use libloading::Library;

/// What LLVM hands out: a pointer, which may point to nothing (the end of a list, an absent value).
pub trait Handle: Copy {
    /// Whether it points to nothing.
    fn is_null(self) -> bool;
    /// The handle, unless it points to nothing.
    fn some(self) -> Option<Self> {
        (!self.is_null()).then_some(self)
    }
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(transparent)]
        pub struct $name(pub *mut c_void);
        impl Handle for $name {
            fn is_null(self) -> bool { self.0.is_null() }
        }
    )* };
}

handles! {
    /// Owns types, constants and modules.
    Context
    /// One translation unit.
    Module
    /// A type.
    Type
    /// Anything an instruction can name: functions, globals, constants, instructions.
    Value
    /// A basic block.
    Block
    /// A place to insert instructions.
    Builder
    /// A function, parameter or call attribute.
    Attribute
    /// Bytes owned by LLVM.
    MemoryBuffer
    /// A code generator for one processor.
    TargetMachine
    /// A back end.
    Target
    /// Sizes and alignments.
    TargetData
    /// Settings of the pass manager.
    PassOptions
    /// A failure, or null.
    Error
    /// A message to the user.
    Diagnostic
    /// One use of a value.
    Use
}

/// What LLVM calls with each diagnostic.
pub type DiagnosticHandler = extern "C" fn(Diagnostic, *mut c_void);
type Text = *const c_char;
type OwnedText = *mut c_char;
type Size = usize;
type Bool = i32;

macro_rules! functions {
    ($($name:ident($($arg:ty),*) $(-> $ret:ty)?;)*) => {
        /// The entry points in use, each under its C name without the `LLVM` prefix.
        #[allow(non_snake_case, missing_docs)]
        pub struct Api {
            $(pub $name: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
        }
        impl Api {
            fn load(library: &'static Library) -> Result<Self> {
                // SAFETY: the signatures below are those of llvm-c, stable across the majors tried.
                unsafe {
                    Ok(Self { $(
                        $name: *library
                            .get(concat!("LLVM", stringify!($name), "\0").as_bytes())
                            .context(concat!("libLLVM has no LLVM", stringify!($name)))?,
                    )* })
                }
            }
        }
    };
}

functions! {
    // Context, modules and their text.
    GetVersion(*mut u32, *mut u32, *mut u32);
    ContextCreate() -> Context;
    ContextSetDiagnosticHandler(Context, DiagnosticHandler, *mut c_void);
    GetDiagInfoDescription(Diagnostic) -> OwnedText;
    GetDiagInfoSeverity(Diagnostic) -> u32;
    DisposeMessage(OwnedText);
    CreateMemoryBufferWithMemoryRangeCopy(*const u8, Size, Text) -> MemoryBuffer;
    GetBufferStart(MemoryBuffer) -> *const u8;
    GetBufferSize(MemoryBuffer) -> Size;
    DisposeMemoryBuffer(MemoryBuffer);
    ParseBitcodeInContext2(Context, MemoryBuffer, *mut Module) -> Bool;
    ModuleCreateWithNameInContext(Text, Context) -> Module;
    LinkModules2(Module, Module) -> Bool;
    PrintModuleToFile(Module, Text, *mut OwnedText) -> Bool;
    PrintValueToString(Value) -> OwnedText;
    VerifyModule(Module, u32, *mut OwnedText) -> Bool;
    StripModuleDebugInfo(Module) -> Bool;
    GetModuleDataLayout(Module) -> TargetData;
    // Functions and globals.
    GetFirstFunction(Module) -> Value;
    GetNextFunction(Value) -> Value;
    GetFirstGlobal(Module) -> Value;
    GetNextGlobal(Value) -> Value;
    GetNamedFunction(Module, Text) -> Value;
    AddFunction(Module, Text, Type) -> Value;
    DeleteFunction(Value);
    DeleteGlobal(Value);
    AddGlobal(Module, Type, Text) -> Value;
    SetInitializer(Value, Value);
    SetGlobalConstant(Value, Bool);
    GlobalGetValueType(Value) -> Type;
    GetValueName2(Value, *mut Size) -> Text;
    SetValueName2(Value, Text, Size);
    IsDeclaration(Value) -> Bool;
    SetLinkage(Value, u32);
    SetSection(Value, Text);
    GetLinkage(Value) -> u32;
    GetInitializer(Value) -> Value;
    IsGlobalConstant(Value) -> Bool;
    GetAlignment(Value) -> u32;
    GetParam(Value, u32) -> Value;
    SetFunctionCallConv(Value, u32);
    // Blocks and instructions.
    GetFirstBasicBlock(Value) -> Block;
    GetNextBasicBlock(Block) -> Block;
    AppendBasicBlockInContext(Context, Value, Text) -> Block;
    AppendExistingBasicBlock(Value, Block);
    RemoveBasicBlockFromParent(Block);
    GetBasicBlockParent(Block) -> Value;
    GetFirstInstruction(Block) -> Value;
    GetNextInstruction(Value) -> Value;
    GetInstructionParent(Value) -> Block;
    GetInstructionOpcode(Value) -> u32;
    GetFCmpPredicate(Value) -> u32;
    GetICmpPredicate(Value) -> u32;
    GetCalledValue(Value) -> Value;
    GetCalledFunctionType(Value) -> Type;
    GetNumArgOperands(Value) -> u32;
    SetInstructionCallConv(Value, u32);
    InstructionEraseFromParent(Value);
    // Attributes.
    GetEnumAttributeKindForName(Text, Size) -> u32;
    GetEnumAttributeKind(Attribute) -> u32;
    IsStringAttribute(Attribute) -> Bool;
    GetAttributeCountAtIndex(Value, u32) -> u32;
    GetAttributesAtIndex(Value, u32, *mut Attribute);
    AddAttributeAtIndex(Value, u32, Attribute);
    RemoveEnumAttributeAtIndex(Value, u32, u32);
    GetCallSiteAttributeCount(Value, u32) -> u32;
    GetCallSiteAttributes(Value, u32, *mut Attribute);
    AddCallSiteAttribute(Value, u32, Attribute);
    RemoveCallSiteEnumAttribute(Value, u32, u32);
    // Types.
    GetTypeKind(Type) -> u32;
    IntTypeInContext(Context, u32) -> Type;
    GetIntTypeWidth(Type) -> u32;
    HalfTypeInContext(Context) -> Type;
    FloatTypeInContext(Context) -> Type;
    DoubleTypeInContext(Context) -> Type;
    FP128TypeInContext(Context) -> Type;
    VoidTypeInContext(Context) -> Type;
    PointerTypeInContext(Context, u32) -> Type;
    StructTypeInContext(Context, *const Type, u32, Bool) -> Type;
    ArrayType2(Type, u64) -> Type;
    FunctionType(Type, *const Type, u32, Bool) -> Type;
    GetReturnType(Type) -> Type;
    CountParamTypes(Type) -> u32;
    GetParamTypes(Type, *mut Type);
    IsFunctionVarArg(Type) -> Bool;
    CountStructElementTypes(Type) -> u32;
    StructGetTypeAtIndex(Type, u32) -> Type;
    GetArrayLength2(Type) -> u64;
    GetElementType(Type) -> Type;
    ABISizeOfType(TargetData, Type) -> u64;
    // Values.
    TypeOf(Value) -> Type;
    ReplaceAllUsesWith(Value, Value);
    GetNumOperands(Value) -> i32;
    GetOperand(Value, u32) -> Value;
    GetFirstUse(Value) -> Use;
    GetNextUse(Use) -> Use;
    GetUser(Use) -> Value;
    IsAFunction(Value) -> Value;
    IsAInlineAsm(Value) -> Value;
    IsAInstruction(Value) -> Value;
    IsAConstantInt(Value) -> Value;
    IsNull(Value) -> Bool;
    IsUndef(Value) -> Bool;
    ConstIntGetZExtValue(Value) -> u64;
    ConstInt(Type, u64, Bool) -> Value;
    ConstNull(Type) -> Value;
    ConstIntToPtr(Value, Type) -> Value;
    GetPoison(Type) -> Value;
    // Building.
    CreateBuilderInContext(Context) -> Builder;
    DisposeBuilder(Builder);
    PositionBuilderBefore(Builder, Value);
    PositionBuilderAtEnd(Builder, Block);
    BuildBinOp(Builder, u32, Value, Value, Text) -> Value;
    BuildCast(Builder, u32, Value, Type, Text) -> Value;
    BuildICmp(Builder, u32, Value, Value, Text) -> Value;
    BuildSelect(Builder, Value, Value, Value, Text) -> Value;
    BuildAlloca(Builder, Type, Text) -> Value;
    BuildLoad2(Builder, Type, Value, Text) -> Value;
    BuildStore(Builder, Value, Value) -> Value;
    SetAlignment(Value, u32);
    BuildGEP2(Builder, Type, Value, *const Value, u32, Text) -> Value;
    BuildStructGEP2(Builder, Type, Value, u32, Text) -> Value;
    BuildCall2(Builder, Type, Value, *const Value, u32, Text) -> Value;
    BuildInsertValue(Builder, Value, Value, u32, Text) -> Value;
    BuildRetVoid(Builder) -> Value;
    BuildUnreachable(Builder) -> Value;
    // Passes and code.
    ParseCommandLineOptions(i32, *const Text, Text);
    CreatePassBuilderOptions() -> PassOptions;
    DisposePassBuilderOptions(PassOptions);
    PassBuilderOptionsSetLoopVectorization(PassOptions, Bool);
    PassBuilderOptionsSetLoopInterleaving(PassOptions, Bool);
    RunPasses(Module, Text, TargetMachine, PassOptions) -> Error;
    GetErrorMessage(Error) -> OwnedText;
    DisposeErrorMessage(OwnedText);
    InitializeBPFTargetInfo();
    InitializeBPFTarget();
    InitializeBPFTargetMC();
    InitializeBPFAsmPrinter();
    InitializeBPFAsmParser();
    GetTargetFromTriple(Text, *mut Target, *mut OwnedText) -> Bool;
    CreateTargetMachine(Target, Text, Text, Text, u32, u32, u32) -> TargetMachine;
    TargetMachineEmitToMemoryBuffer(TargetMachine, Module, u32, *mut OwnedText, *mut MemoryBuffer) -> Bool;
}

static API: OnceLock<Api> = OnceLock::new();

/// The interface of the opened library. Panics before [`open`]: a mistake of this tool's, not the user's.
pub fn api() -> &'static Api {
    API.get().expect("LLVM is opened before it is used")
}

/// Opens the library and registers the BPF back end; returns its version.
pub fn open(path: &std::path::Path) -> Result<(u32, u32, u32)> {
    // SAFETY: opening LLVM runs its initialisers, which touch nothing of ours; it is never closed.
    let library: &'static Library = Box::leak(Box::new(
        unsafe { Library::new(path) }.with_context(|| format!("cannot open {}", path.display()))?,
    ));
    let loaded = Api::load(library)?;
    let api = API.get_or_init(|| loaded);
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: plain calls of initialisers.
    unsafe {
        (api.GetVersion)(&mut major, &mut minor, &mut patch);
        (api.InitializeBPFTargetInfo)();
        (api.InitializeBPFTarget)();
        (api.InitializeBPFTargetMC)();
        (api.InitializeBPFAsmPrinter)();
        (api.InitializeBPFAsmParser)();
    }
    Ok((major, minor, patch))
}
