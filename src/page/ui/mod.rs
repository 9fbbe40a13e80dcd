//! Small parts that several panes use.

pub mod grip;
pub mod modal;
pub mod parts;
pub mod rich;
pub mod tabs;
pub mod window;
pub mod with;

use yew::Callback;

/// A callback that says something only where `find` finds it.
pub fn maybe<E, A>(on: &Callback<A>, find: impl Fn(E) -> Option<A> + 'static) -> Callback<E>
where
    E: 'static,
    A: 'static,
{
    let on = Callback::clone(on);
    Callback::from(move |event| {
        if let Some(found) = find(event) {
            on.emit(found);
        }
    })
}
