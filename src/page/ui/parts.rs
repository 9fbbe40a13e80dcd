//! The elements there are most of, made by functions: each `html!` of its own is some 300 bytes.

use yew::virtual_dom::{AttributeOrProperty, Attributes, VTag, VText};
use yew::{Callback, Html, html};

use crate::page::panes::header::does;
use crate::page::state::Action;

/// An element that holds a text only.
pub fn el(tag: &'static str, class: &'static str, text: &str) -> Html {
    let mut element = VTag::new(tag);
    if !class.is_empty() {
        let values = Box::new([Some(AttributeOrProperty::Static(class))]);
        element.set_attributes(Attributes::Dynamic { keys: &["class"], values });
    }
    element.add_child(VText::new(text.to_owned()).into());
    element.into()
}

/// A button that does this.
pub fn button(class: &'static str, on: &Callback<Action>, action: Action, text: &str) -> Html {
    let text = VText::new(text.to_owned());
    html! { <button type="button" class={class} onclick={does(on, action)}>{ text }</button> }
}
