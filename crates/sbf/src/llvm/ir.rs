//! Reading the IR: types, functions, blocks, instructions, attributes.

use std::ffi::CStr;
use std::slice;

use super::{api, Attribute, Block, Context, Handle, Module, Type, Value};

/// The kinds of types that reach a back end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Void,
    Half,
    Float,
    Double,
    Quad,
    Int(u32),
    Struct,
    Array,
    Pointer,
    Vector,
    Other(u32),
}

/// Instruction codes, by llvm-c's numbers.
#[allow(non_upper_case_globals, missing_docs)]
pub mod op {
    pub const Add: u32 = 8;
    pub const FAdd: u32 = 9;
    pub const Sub: u32 = 10;
    pub const FSub: u32 = 11;
    pub const Mul: u32 = 12;
    pub const FMul: u32 = 13;
    pub const UDiv: u32 = 14;
    pub const SDiv: u32 = 15;
    pub const FDiv: u32 = 16;
    pub const URem: u32 = 17;
    pub const SRem: u32 = 18;
    pub const FRem: u32 = 19;
    pub const Shl: u32 = 20;
    pub const LShr: u32 = 21;
    pub const AShr: u32 = 22;
    pub const And: u32 = 23;
    pub const Or: u32 = 24;
    pub const Xor: u32 = 25;
    pub const Alloca: u32 = 26;
    pub const Ret: u32 = 1;
    pub const IndirectBr: u32 = 4;
    pub const Invoke: u32 = 5;
    pub const Trunc: u32 = 30;
    pub const ZExt: u32 = 31;
    pub const SExt: u32 = 32;
    pub const FPToUI: u32 = 33;
    pub const FPToSI: u32 = 34;
    pub const UIToFP: u32 = 35;
    pub const SIToFP: u32 = 36;
    pub const FPTrunc: u32 = 37;
    pub const FPExt: u32 = 38;
    pub const BitCast: u32 = 41;
    pub const ICmp: u32 = 42;
    pub const FCmp: u32 = 43;
    pub const Call: u32 = 45;
    pub const VAArg: u32 = 49;
    pub const FNeg: u32 = 66;
}
pub use op as Op;

impl Type {
    /// What kind of type this is.
    pub fn kind(self) -> Kind {
        // SAFETY: see the module's ground.
        match unsafe { (api().GetTypeKind)(self) } {
            0 => Kind::Void,
            1 => Kind::Half,
            2 => Kind::Float,
            3 => Kind::Double,
            5 => Kind::Quad,
            8 => Kind::Int(unsafe { (api().GetIntTypeWidth)(self) }),
            10 => Kind::Struct,
            11 => Kind::Array,
            12 => Kind::Pointer,
            13 => Kind::Vector,
            other => Kind::Other(other),
        }
    }

    /// The width of an integer type.
    pub fn int_width(self) -> Option<u32> {
        if let Kind::Int(width) = self.kind() {
            Some(width)
        } else {
            None
        }
    }

    /// The width of a floating-point type.
    pub fn float_width(self) -> Option<u32> {
        Some(match self.kind() {
            Kind::Half => 16,
            Kind::Float => 32,
            Kind::Double => 64,
            Kind::Quad => 128,
            _ => return None,
        })
    }

    /// The members of a structure, in order.
    pub fn members(self) -> Vec<Type> {
        unsafe {
            let n = (api().CountStructElementTypes)(self);
            (0..n).map(|i| (api().StructGetTypeAtIndex)(self, i)).collect()
        }
    }

    /// The element type and length of an array.
    pub fn array(self) -> (Type, u64) {
        unsafe { ((api().GetElementType)(self), (api().GetArrayLength2)(self)) }
    }

    /// The result type of a function type.
    pub fn result(self) -> Type {
        unsafe { (api().GetReturnType)(self) }
    }

    /// The parameter types of a function type.
    pub fn params(self) -> Vec<Type> {
        unsafe {
            let mut all = vec![self; (api().CountParamTypes)(self) as usize];
            (api().GetParamTypes)(self, all.as_mut_ptr());
            all
        }
    }

    /// Whether a function type takes any number of arguments.
    pub fn is_variadic(self) -> bool {
        unsafe { (api().IsFunctionVarArg)(self) != 0 }
    }
}

/// Constructors of types.
impl Context {
    /// The integer type of a width.
    pub fn int(self, width: u32) -> Type {
        unsafe { (api().IntTypeInContext)(self, width) }
    }
    /// The floating-point type of a width.
    pub fn float(self, width: u32) -> Type {
        unsafe {
            match width {
                16 => (api().HalfTypeInContext)(self),
                32 => (api().FloatTypeInContext)(self),
                64 => (api().DoubleTypeInContext)(self),
                _ => (api().FP128TypeInContext)(self),
            }
        }
    }
    /// The one pointer type.
    pub fn pointer(self) -> Type {
        unsafe { (api().PointerTypeInContext)(self, 0) }
    }
    /// No value.
    pub fn void(self) -> Type {
        unsafe { (api().VoidTypeInContext)(self) }
    }
    /// A structure with natural padding.
    pub fn structure(self, members: &[Type]) -> Type {
        unsafe { (api().StructTypeInContext)(self, members.as_ptr(), members.len() as u32, 0) }
    }
    /// An array of words.
    pub fn words(self, count: u32) -> Type {
        unsafe { (api().ArrayType2)(self.int(64), u64::from(count)) }
    }
    /// A function type.
    pub fn function(self, result: Type, params: &[Type]) -> Type {
        unsafe { (api().FunctionType)(result, params.as_ptr(), params.len() as u32, 0) }
    }
    /// An integer constant of up to 64 bits.
    pub fn constant(self, width: u32, value: u64) -> Value {
        unsafe { (api().ConstInt)(self.int(width), value, 0) }
    }
}

impl Value {
    /// The value's type.
    pub fn ty(self) -> Type {
        unsafe { (api().TypeOf)(self) }
    }
    /// The symbol or local name.
    pub fn name(self) -> String {
        unsafe {
            let mut len = 0;
            let text = (api().GetValueName2)(self, &mut len);
            String::from_utf8_lossy(slice::from_raw_parts(text.cast::<u8>(), len)).into_owned()
        }
    }
    /// Gives the value a name.
    pub fn set_name(self, name: &str) {
        unsafe { (api().SetValueName2)(self, name.as_ptr().cast(), name.len()) }
    }
    /// The IR text, for messages.
    pub fn text(self) -> String {
        unsafe {
            let text = (api().PrintValueToString)(self);
            let owned = CStr::from_ptr(text).to_string_lossy().trim().to_owned();
            (api().DisposeMessage)(text);
            owned
        }
    }
    /// The constant's value, when it is an integer constant of at most 64 significant bits.
    pub fn as_constant(self) -> Option<u64> {
        unsafe {
            (api().IsAConstantInt)(self).some()?;
            (self.ty().int_width()? <= 64).then(|| (api().ConstIntGetZExtValue)(self))
        }
    }
    /// Whether this is an integer constant of any width.
    pub fn is_constant_int(self) -> bool {
        unsafe { !(api().IsAConstantInt)(self).is_null() }
    }
    /// An operand.
    pub fn operand(self, index: u32) -> Value {
        unsafe { (api().GetOperand)(self, index) }
    }
    /// The instruction's code.
    pub fn opcode(self) -> u32 {
        unsafe { (api().GetInstructionOpcode)(self) }
    }
    /// The predicate of a floating-point comparison.
    pub fn float_predicate(self) -> u32 {
        unsafe { (api().GetFCmpPredicate)(self) }
    }
    /// Puts another value in every place where this one is used.
    pub fn replace_with(self, other: Value) {
        unsafe { (api().ReplaceAllUsesWith)(self, other) }
    }
    /// Removes the instruction.
    pub fn erase(self) {
        unsafe { (api().InstructionEraseFromParent)(self) }
    }
    /// The block that holds the instruction.
    pub fn block(self) -> Block {
        unsafe { (api().GetInstructionParent)(self) }
    }
    /// The users of the value.
    pub fn users(self) -> Vec<Value> {
        let mut all = Vec::new();
        unsafe {
            let mut next = (api().GetFirstUse)(self).some();
            while let Some(one) = next {
                all.push((api().GetUser)(one));
                next = (api().GetNextUse)(one).some();
            }
        }
        all
    }
    /// Whether anything names the value.
    pub fn is_used(self) -> bool {
        unsafe { !(api().GetFirstUse)(self).is_null() }
    }

    /// The function that holds the value, when it is an instruction.
    pub fn function(self) -> Option<Value> {
        unsafe { (api().IsAInstruction)(self).some() }.map(|i| i.block().function())
    }

    // Calls.

    /// What a call calls.
    pub fn callee(self) -> Value {
        unsafe { (api().GetCalledValue)(self) }
    }
    /// The name of the function that a call calls directly.
    pub fn callee_name(self) -> Option<String> {
        unsafe { (api().IsAFunction)(self.callee()).some().map(Value::name) }
    }
    /// The type a call calls through.
    pub fn call_type(self) -> Type {
        unsafe { (api().GetCalledFunctionType)(self) }
    }
    /// The arguments of a call.
    pub fn args(self) -> Vec<Value> {
        let count = unsafe { (api().GetNumArgOperands)(self) };
        (0..count).map(|i| self.operand(i)).collect()
    }
    /// Whether a call is inline assembly.
    pub fn is_asm(self) -> bool {
        unsafe { !(api().IsAInlineAsm)(self.callee()).is_null() }
    }
    /// Whether inline assembly writes no instruction: an optimisation barrier.
    pub fn is_empty_asm(self) -> bool {
        let text = self.callee().text();
        let template = text.split('"').nth(1).unwrap_or_default().trim();
        template.is_empty() || (template.starts_with("/*") && template.find("*/") == Some(template.len() - 2))
    }
    /// Whether a call reaches a function: neither an intrinsic nor inline assembly.
    pub fn is_real_call(self) -> bool {
        !self.is_asm() && !self.callee_name().is_some_and(|name| name.starts_with("llvm."))
    }

    /// Whether this compares an integer with zero for equality.
    pub fn is_equality_with_zero(self) -> bool {
        const EQUAL: u32 = 32;
        const NOT_EQUAL: u32 = 33;
        self.opcode() == Op::ICmp
            && matches!(unsafe { (api().GetICmpPredicate)(self) }, EQUAL | NOT_EQUAL)
            && self.operand(1).as_constant() == Some(0)
    }

    // Functions and globals.

    /// Whether a function has no body here.
    pub fn is_declaration(self) -> bool {
        unsafe { (api().IsDeclaration)(self) != 0 }
    }
    /// The function's type.
    pub fn function_type(self) -> Type {
        unsafe { (api().GlobalGetValueType)(self) }
    }
    /// A parameter.
    pub fn param(self, index: u32) -> Value {
        unsafe { (api().GetParam)(self, index) }
    }
    /// The blocks of a function.
    pub fn blocks(self) -> Vec<Block> {
        let mut all = Vec::new();
        unsafe {
            let mut next = (api().GetFirstBasicBlock)(self).some();
            while let Some(block) = next {
                all.push(block);
                next = (api().GetNextBasicBlock)(block).some();
            }
        }
        all
    }
    /// The instructions of a function.
    pub fn instructions(self) -> Vec<Value> {
        self.blocks().into_iter().flat_map(Block::instructions).collect()
    }
}

impl Block {
    /// The instructions of the block.
    pub fn instructions(self) -> Vec<Value> {
        let mut all = Vec::new();
        unsafe {
            let mut next = (api().GetFirstInstruction)(self).some();
            while let Some(instruction) = next {
                all.push(instruction);
                next = (api().GetNextInstruction)(instruction).some();
            }
        }
        all
    }
    /// The function that holds the block.
    pub fn function(self) -> Value {
        unsafe { (api().GetBasicBlockParent)(self) }
    }
}

impl Module {
    /// Every function, declarations included.
    pub fn functions(self) -> Vec<Value> {
        let mut all = Vec::new();
        unsafe {
            let mut next = (api().GetFirstFunction)(self).some();
            while let Some(function) = next {
                all.push(function);
                next = (api().GetNextFunction)(function).some();
            }
        }
        all
    }
    /// Every function with a body.
    pub fn bodies(self) -> Vec<Value> {
        self.functions().into_iter().filter(|f| !f.is_declaration()).collect()
    }
    /// Every global variable.
    pub fn globals(self) -> Vec<Value> {
        let mut all = Vec::new();
        unsafe {
            let mut next = (api().GetFirstGlobal)(self).some();
            while let Some(global) = next {
                all.push(global);
                next = (api().GetNextGlobal)(global).some();
            }
        }
        all
    }
}

/// The calls in a function that reach functions.
pub fn calls_in(function: Value) -> Vec<Value> {
    let is_call = |i: &Value| i.opcode() == Op::Call && i.is_real_call();
    function.instructions().into_iter().filter(is_call).collect()
}

/// Attributes of functions and calls: index 0 is the result, 1.. the parameters.
pub mod attributes {
    use super::{api, Attribute, Value};

    /// The index of the function itself.
    pub const FUNCTION: u32 = u32::MAX;

    /// The number of an attribute by its name.
    pub fn kind(name: &str) -> u32 {
        unsafe { (api().GetEnumAttributeKindForName)(name.as_ptr().cast(), name.len()) }
    }

    /// Function attributes that no longer hold once parameters move through memory.
    pub fn outdated() -> Vec<u32> {
        ["memory", "allocsize", "speculatable"].map(kind).to_vec()
    }

    fn of_function(function: Value, index: u32) -> Vec<Attribute> {
        unsafe {
            let count = (api().GetAttributeCountAtIndex)(function, index) as usize;
            let mut all = vec![Attribute(std::ptr::null_mut()); count];
            (api().GetAttributesAtIndex)(function, index, all.as_mut_ptr());
            all
        }
    }

    fn of_call(call: Value, index: u32) -> Vec<Attribute> {
        unsafe {
            let count = (api().GetCallSiteAttributeCount)(call, index) as usize;
            let mut all = vec![Attribute(std::ptr::null_mut()); count];
            (api().GetCallSiteAttributes)(call, index, all.as_mut_ptr());
            all
        }
    }

    /// Copies one set of attributes from a function or call to another, less those named.
    pub fn copy(is_call: bool, from: Value, from_index: u32, to: Value, to_index: u32, less: &[u32]) {
        let all = if is_call { of_call(from, from_index) } else { of_function(from, from_index) };
        for attribute in all {
            // SAFETY: see the module's ground. Attributes of text have no kind.
            unsafe {
                let is_text = (api().IsStringAttribute)(attribute) != 0;
                if !is_text && less.contains(&(api().GetEnumAttributeKind)(attribute)) {
                    continue;
                }
                let add = if is_call { api().AddCallSiteAttribute } else { api().AddAttributeAtIndex };
                add(to, to_index, attribute);
            }
        }
    }

    /// Takes one attribute off a function or call.
    pub fn remove(is_call: bool, value: Value, index: u32, kind: u32) {
        let remove =
            if is_call { api().RemoveCallSiteEnumAttribute } else { api().RemoveEnumAttributeAtIndex };
        unsafe { remove(value, index, kind) }
    }
}
