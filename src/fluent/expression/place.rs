//! Where an object came from, so that a method which changes its receiver changes it there: in a
//! local variable, or in `record`. Values themselves are never shared; a variable that holds a part
//! of another one is an alias of its place, until that place gets something else.

use std::rc::Rc;

use super::eval::{Evaluator, Local, is_change};
use super::methods::{self, Send, hash, mutate};
use super::object::{Object, Raised};
use super::tree::{Call, Logic, Node, NodeKind};
use crate::fluent::error::RubyError;
use crate::ruby::value::Value;
use crate::source::Span;

/// A root and the keys that lead from it to an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    root: Root,
    path: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq)]
enum Root {
    /// A variable of the evaluator, by its number.
    Local(usize),
    /// A variable of the binding.
    Binding(Rc<str>),
    /// A string that must not change: `nil.to_s`, `ENV['X']`.
    Frozen,
}

impl Place {
    /// A variable of the evaluator.
    pub(super) fn local(number: usize) -> Place {
        Place { root: Root::Local(number), path: Vec::new() }
    }

    /// True for what must not change.
    pub(super) fn is_frozen(&self) -> bool {
        self.root == Root::Frozen
    }

    /// True where the root is this variable of the evaluator.
    pub(super) fn starts_at(&self, number: usize) -> bool {
        self.root == Root::Local(number)
    }

    /// An item of what stands here.
    pub(super) fn item(&self, key: Value) -> Place {
        let mut place = self.clone();
        place.path.push(key);
        place
    }
}

/// Methods that give a part of their receiver itself.
const PARTS: [&str; 6] = ["[]", "dig", "fetch", "at", "first", "last"];

/// Methods that change their receiver and give something else.
const GIVING: [&str; 7] = ["delete", "delete_at", "pop", "shift", "slice!", "store", "[]="];

/// True when a call's result is its receiver itself.
fn gives_itself(send: &Send, object: &Object) -> bool {
    let (Object::Value(receiver), Object::Value(result)) = (&send.receiver, object) else {
        return matches!(send.method, "utc" | "gmtime" | "localtime");
    };
    match (send.method, receiver) {
        ("itself" | "to_str" | "force_encoding", _)
        | ("to_s", Value::String(_))
        | ("to_a", Value::Array(_)) => true,
        ("to_h", Value::Hash(_)) => send.block.is_none(),
        ("each_with_object", _) => false,
        (method, Value::String(_) | Value::Array(_) | Value::Hash(_)) => {
            is_change(method)
                && !GIVING.contains(&method)
                && std::mem::discriminant(receiver) == std::mem::discriminant(result)
        }
        _ => false,
    }
}

impl Evaluator<'_> {
    /// Runs a node and says where its object stands.
    pub(super) fn eval_placed(&mut self, node: &Node) -> Result<(Object, Option<Place>), Raised> {
        match &node.kind {
            NodeKind::Name(name) => {
                let place = match self.local(name) {
                    Some(number) => match self.locals.get(number) {
                        Some(Local { alias: Some(place), .. }) => Some(place.clone()),
                        _ => Some(Place::local(number)),
                    },
                    None => Some(Place { root: Root::Binding(Rc::clone(name)), path: Vec::new() }),
                };
                Ok((self.eval(node)?, place))
            }
            NodeKind::Assign(name, _) => {
                let object = self.eval(node)?;
                Ok((object, self.local(name).map(Place::local)))
            }
            NodeKind::Logic(logic, a, b) => {
                let (object, place) = self.eval_placed(a)?;
                if object.truthy() == (*logic == Logic::Or) {
                    Ok((object, place))
                } else {
                    self.eval_placed(b)
                }
            }
            NodeKind::If(test, yes, no) => match (self.eval(test)?.truthy(), no) {
                (true, _) => self.eval_placed(yes),
                (false, Some(no)) => self.eval_placed(no),
                (false, None) => Ok((Object::NIL, None)),
            },
            NodeKind::Sequence(nodes) => {
                let Some((last, before)) = nodes.split_last() else {
                    return Ok((Object::NIL, None));
                };
                for node in before {
                    self.eval(node)?;
                }
                self.eval_placed(last)
            }
            NodeKind::Call(call) => self.call_placed(call, node.span),
            _ => Ok((self.eval(node)?, None)),
        }
    }

    /// A call with the place of its result.
    pub(super) fn call_placed(
        &mut self,
        call: &Call,
        span: Span,
    ) -> Result<(Object, Option<Place>), Raised> {
        let Some(receiver) = &call.receiver else { return Ok((self.function(call, span)?, None)) };
        let (receiver, place) = self.eval_placed(receiver)?;
        if call.safe && receiver.is_nil() {
            return Ok((Object::NIL, None));
        }
        let args = self.arguments(&call.args)?;
        // The arguments may have changed the receiver.
        let receiver = match &place {
            Some(Place { root: Root::Frozen, .. }) => receiver,
            Some(place) if !call.args.is_empty() && is_change(&call.method) => self.at_place(place),
            _ => receiver,
        };
        let inner = place.as_ref().and_then(|place| part_place(place, &receiver, call, &args));
        let block = call.block.as_deref();
        let send = Send { receiver, method: &call.method, args, block, span, place };
        let object = self.broken(|eval| methods::send(eval, &send))?;
        let place = match (&*call.method, &send.receiver) {
            ("to_s", Object::Value(Value::Nil | Value::Bool(_) | Value::Other(_))) => {
                Some(Place { root: Root::Frozen, path: Vec::new() })
            }
            ("[]" | "fetch", Object::Constant(name)) if &**name == "ENV" => {
                Some(Place { root: Root::Frozen, path: Vec::new() })
            }
            ("freeze", _) => Some(Place { root: Root::Frozen, path: Vec::new() }),
            _ if gives_itself(&send, &object) => send.place,
            _ => inner,
        };
        Ok((object, place))
    }

    /// What stands at a place.
    pub(super) fn at_place(&self, place: &Place) -> Object {
        let root = match &place.root {
            Root::Local(number) => match self.locals.get(*number) {
                Some(Local { alias: Some(other), .. }) if place.path.is_empty() => {
                    self.at_place(other)
                }
                Some(local) => local.object.clone(),
                None => Object::NIL,
            },
            Root::Binding(name) => {
                self.binding.variable(name).ok().flatten().unwrap_or(Object::NIL)
            }
            Root::Frozen => Object::NIL,
        };
        if place.path.is_empty() {
            return root;
        }
        let mut value = root.into_value(self.ruby());
        for key in &place.path {
            value = match &value {
                Value::Hash(hash) => hash::lookup(hash, key),
                Value::Array(items) => match key {
                    Value::Integer(index) => methods::array::at(items, *index),
                    _ => Value::Nil,
                },
                _ => Value::Nil,
            };
        }
        value.into()
    }

    /// A variable gets something else: those that shared its object keep that.
    pub(super) fn let_go(&mut self, number: usize) {
        for at in 0..self.locals.len() {
            let alias = self.locals.get(at).and_then(|local| local.alias.clone());
            let Some(alias) = alias.filter(|place| place.starts_at(number)) else { continue };
            let object = self.at_place(&alias);
            if let Some(local) = self.locals.get_mut(at) {
                local.object = object;
                local.alias = None;
            }
        }
    }

    /// Puts a changed object where it came from. Aliases of what it replaces keep the old one
    /// when its entries changed (`keys`), and see the new one otherwise.
    pub(super) fn put(&mut self, place: &Place, new: Object, span: Span) -> Result<(), Raised> {
        let old = self.at_place(place).into_value(self.ruby());
        for number in 0..self.locals.len() {
            let alias = self.locals.get(number).and_then(|local| local.alias.clone());
            let Some(alias) = alias else { continue };
            let inside = alias.root == place.root
                && alias.path.len() > place.path.len()
                && alias.path.starts_with(&place.path);
            if inside {
                let (before, after) = (&alias.path[place.path.len()..], self.at_place(&alias));
                let fresh = dig(new.clone().into_value(self.ruby()), before);
                if fresh != dig(old.clone(), before)
                    && let Some(local) = self.locals.get_mut(number)
                {
                    *local = Local { name: Rc::clone(&local.name), object: after, alias: None };
                }
            }
        }
        match &place.root {
            Root::Frozen => {}
            Root::Binding(name) => {
                if !self.binding.change(name, &place.path, new) {
                    return Err(self.not_simulated(&format!("a change of {name}"), span));
                }
            }
            Root::Local(number) => {
                let ruby = self.ruby();
                let Some(local) = self.locals.get_mut(*number) else { return Ok(()) };
                if place.path.is_empty() {
                    local.object = new;
                } else {
                    let root = std::mem::replace(&mut local.object, Object::NIL).into_value(ruby);
                    local.object = changed(root, &place.path, new.into_value(ruby)).into();
                }
            }
        }
        Ok(())
    }

    /// `receiver[args] = value`
    pub(super) fn store(
        &mut self,
        receiver: &Node,
        args: &[Node],
        value: &Node,
        span: Span,
    ) -> Result<Object, Raised> {
        let (receiver, place) = self.eval_placed(receiver)?;
        let mut args = self.arguments(args)?;
        let value = self.eval(value)?;
        args.push(value.clone());
        let receiver = place.as_ref().map_or(receiver, |place| self.at_place(place));
        let send = Send { receiver, method: "[]=", args, block: None, span, place };
        methods::send(self, &send)?;
        Ok(value)
    }

    /// Runs a method that changes its receiver.
    pub(super) fn mutated(&mut self, send: &Send) -> methods::Answer {
        let Some((new, result)) = mutate::send(self, send)? else { return Ok(None) };
        if send.place.as_ref().is_some_and(|place| place.root == Root::Frozen) {
            let shown = send.receiver.inspect(self.ruby());
            let message = format!("can't modify frozen String: {shown}");
            return Err(RubyError::new("FrozenError", message).into());
        }
        if let (Some(place), Some(new)) = (&send.place, new) {
            self.put(place, new, send.span)?;
        }
        Ok(Some(result))
    }
}

fn dig(mut value: Value, path: &[Value]) -> Value {
    for key in path {
        value = match (&value, key) {
            (Value::Hash(hash), key) => hash::lookup(hash, key),
            (Value::Array(items), Value::Integer(index)) => methods::array::at(items, *index),
            _ => Value::Nil,
        };
    }
    value
}

/// The value with something else at a path.
pub fn changed(mut root: Value, path: &[Value], new: Value) -> Value {
    let Some((key, rest)) = path.split_first() else { return new };
    match &mut root {
        Value::Hash(hash) => {
            let old = hash::lookup(hash, key);
            Rc::make_mut(hash).insert(key.clone(), changed(old, rest, new));
        }
        Value::Array(items) => {
            if let Value::Integer(index) = key
                && let Some(at) = methods::array::position(items.len(), *index)
                && let Some(item) = Rc::make_mut(items).get_mut(at)
            {
                *item = changed(item.clone(), rest, new);
            }
        }
        _ => {}
    }
    root
}

fn part_place(place: &Place, receiver: &Object, call: &Call, args: &[Object]) -> Option<Place> {
    if !PARTS.contains(&&*call.method) {
        return None;
    }
    let Object::Value(container) = receiver else { return None };
    if !matches!(container, Value::Hash(_) | Value::Array(_)) {
        return None;
    }
    let mut place = place.clone();
    match (&*call.method, args) {
        ("first", []) => place.path.push(Value::Integer(0)),
        ("last", []) => place.path.push(Value::Integer(-1)),
        ("dig", keys) => {
            for key in keys {
                let Object::Value(key) = key else { return None };
                place.path.push(key.clone());
            }
        }
        ("first" | "last", _) => return None,
        (_, [Object::Value(key), ..])
            if !matches!(container, Value::Array(_)) || args.len() == 1 =>
        {
            place.path.push(key.clone());
        }
        _ => return None,
    }
    Some(place)
}
