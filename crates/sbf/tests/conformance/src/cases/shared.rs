//! Shared ownership, interior mutability and destructors.

use std::any::Any;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![counted, cells, tree, drops, lazily, borrowed, boxed_objects, linked_list, downcasts];

fn counted(input: &mut Input, output: &mut Output) {
    let shared = Rc::new(RefCell::new(vec![input.u32()]));
    let others: Vec<_> = (0..input.below(4)).map(|_| Rc::clone(&shared)).collect();
    for (place, other) in others.iter().enumerate() {
        other.borrow_mut().push(place as u32 + input.u8() as u32);
    }
    output.put((Rc::strong_count(&shared), shared.borrow().len(), shared.borrow().last().copied()));
    drop(others);
    output.put((Rc::try_unwrap(shared).is_ok(), Arc::new(input.u128()).leading_zeros()));
}

fn cells(input: &mut Input, output: &mut Output) {
    let (cell, text) = (Cell::new(input.u128()), RefCell::new(String::from("a")));
    let bump = |by: u64| cell.replace(cell.get().wrapping_add(by as u128));
    output.put((bump(input.u64()), bump(1), cell.get()));
    {
        let held = text.borrow();
        output.put((text.try_borrow_mut().is_err(), text.try_borrow().is_ok(), held.len()));
    }
    text.borrow_mut().push_str("bc");
    let free = text.try_borrow_mut().is_ok();
    output.put((free, text.take().as_str(), text.borrow().is_empty()));
}

struct Node {
    value: u64,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}

fn tree(input: &mut Input, output: &mut Output) {
    let node =
        |value| Rc::new(Node { value, parent: RefCell::new(Weak::new()), children: RefCell::default() });
    let root = node(input.u64());
    let mut last = Rc::clone(&root);
    for _ in 0..input.below(6) {
        let child = node(input.u64());
        *child.parent.borrow_mut() = Rc::downgrade(&last);
        last.children.borrow_mut().push(Rc::clone(&child));
        if input.bool() {
            last = child;
        }
    }
    let parent = last.parent.borrow().upgrade().map(|parent| parent.value);
    output.put((parent, last.value, Rc::weak_count(&last), root.children.borrow().len()));
}

struct Noted<'a> {
    name: u8,
    log: &'a RefCell<Vec<u8>>,
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.log.borrow_mut().push(self.name);
    }
}

trait Named {
    fn named(&self) -> u8;
}

impl Named for Noted<'_> {
    fn named(&self) -> u8 {
        self.name
    }
}

fn drops(input: &mut Input, output: &mut Output) {
    let log = RefCell::new(Vec::new());
    let note = |name| Noted { name, log: &log };
    {
        let _first = note(1);
        let mut list = vec![note(2), note(3), note(4)];
        list.remove(input.index(3));
        let kept = input.bool().then(|| note(5));
        let boxed: Box<dyn Named> = Box::new(note(6));
        if input.bool() {
            output.put(boxed.named());
            drop(boxed);
        }
        core::mem::forget(note(7));
        let _moved = (kept, note(8));
    }
    output.put(&log.borrow()[..]);
}

fn lazily(input: &mut Input, output: &mut Output) {
    let (cell, calls) = (OnceCell::new(), Cell::new(0u8));
    let value = input.u128();
    for _ in 0..input.below(3) {
        output.put(*cell.get_or_init(|| {
            calls.set(calls.get() + 1);
            value ^ 1
        }));
    }
    output.put((calls.get(), cell.set(5).is_ok(), cell.get().copied()));
}

fn borrowed(input: &mut Input, output: &mut Output) {
    let texts = ["plain", "with space", "", "two  spaces"];
    for _ in 0..3 {
        let text = texts[input.index(4)];
        let clean: Cow<'_, str> =
            if text.contains(' ') { Cow::Owned(text.replace(' ', "_")) } else { Cow::Borrowed(text) };
        output.put((clean.as_ref(), matches!(clean, Cow::Owned(_))));
    }
}

trait Shape {
    fn area(&self) -> u128;
    fn name(&self) -> &'static str {
        "shape"
    }
}

struct Square(u64);
struct Rectangle(u32, u64);

impl Shape for Square {
    fn area(&self) -> u128 {
        self.0 as u128 * self.0 as u128
    }
}

impl Shape for Rectangle {
    fn area(&self) -> u128 {
        self.0 as u128 * self.1 as u128
    }
    fn name(&self) -> &'static str {
        "rectangle"
    }
}

fn boxed_objects(input: &mut Input, output: &mut Output) {
    let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
    for _ in 0..input.below(8) {
        shapes.push(if input.bool() {
            Box::new(Square(input.u64()))
        } else {
            Box::new(Rectangle(input.u32(), input.u64()))
        });
    }
    shapes.sort_by_key(|shape| shape.area());
    for shape in &shapes {
        output.put((shape.area(), shape.name()));
    }
}

enum List {
    End,
    Link(u32, Box<List>),
}

fn linked_list(input: &mut Input, output: &mut Output) {
    let mut list = List::End;
    for _ in 0..input.below(10) {
        list = List::Link(input.u32(), Box::new(list));
    }
    let mut place = &mut list;
    while let List::Link(value, next) = place {
        *value ^= 3;
        output.put(*value);
        place = next;
    }
    *place = List::Link(1, Box::new(List::End));
    output.put(matches!(list, List::Link(..)));
}

trait Animal: Any {
    fn legs(&self) -> u32;
}

impl Animal for u128 {
    fn legs(&self) -> u32 {
        self.count_ones()
    }
}

impl Animal for String {
    fn legs(&self) -> u32 {
        self.len() as u32
    }
}

/// Types are told apart by numbers of 128 bits; objects change their tables of methods.
fn downcasts(input: &mut Input, output: &mut Output) {
    let animals: [Box<dyn Animal>; 2] = [Box::new(input.u128()), Box::new(input.u16().to_string())];
    for animal in animals {
        let (legs, any): (u32, Box<dyn Any>) = (animal.legs(), animal);
        output.put((legs, any.is::<u128>(), any.is::<u64>()));
        match any.downcast::<String>() {
            Ok(text) => output.put(text.as_str()),
            Err(other) => output.put(other.downcast_ref::<u128>().copied()),
        }
    }
}
