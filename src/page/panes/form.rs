//! *Pattern*: a form over the `<parse>` section under the cursor. The text is the only truth: a
//! field says its new value, the worker answers with edits of the text.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::{AttrValue, Callback, Event, Html, InputEvent, TargetCast, html};

use crate::page::state::Action;
use crate::page::texts::{Lang, T};
use crate::page::ui::maybe;
use crate::page::ui::rich::rich;
use crate::page::ui::with::with;
use crate::protocol::{Form, FormParam};

/// The form.
pub fn form(lang: Lang, form: Option<&Form>, on: &Callback<Action>) -> Html {
    let Some(form) = form else {
        return html! { <p class="empty">{ rich(lang.t(T::NoParseSection)) }</p> };
    };
    html! {
        <form class="param-form" onsubmit={|event: yew::SubmitEvent| event.prevent_default()}>
            <p class="note">{ rich(&lang.f(T::FormOf, &[&form.owner])) }</p>
            for param in &form.params { { one(lang, param, on) } }
        </form>
    }
}

fn one(lang: Lang, param: &FormParam, on: &Callback<Action>) -> Html {
    let id = format!("param-{}", param.name.trim_start_matches('@'));
    let name: Rc<str> = param.name.as_str().into();
    let set = on.reform(move |value: String| Action::SetParam(Rc::clone(&name), value.into()));
    html! {
        <div class="param" key={&*param.name} data-present={param.present.to_string()}>
            <label class="mono" for={id.clone()}>{ &param.name }</label>
            { if param.choices.is_empty() { text_field(&id, param, &set) } else { choice(&id, param, &set) } }
            if let Some(problem) = &param.problem {
                <p class="param-problem" role="alert">{ rich(lang.of(problem)) }</p>
            }
            <p class="param-doc">{ rich(lang.of(&param.doc)) }</p>
        </div>
    }
}

fn choice(id: &str, param: &FormParam, set: &Callback<String>) -> Html {
    let onchange = maybe(set, |event: Event| {
        event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value())
    });
    let known = param.value.is_empty() || param.choices.contains(&param.value);
    html! {
        <select id={id.to_owned()} class="mono" {onchange}>
            if !param.present {
                <option value="" selected=true>{ &param.default }</option>
            }
            if !known {
                <option value={param.value.clone()} selected=true>{ &param.value }</option>
            }
            for choice in &param.choices {
                <option value={choice.clone()} selected={param.present && *choice == param.value}>{ choice }</option>
            }
        </select>
    }
}

/// A text field that never has its text replaced while it has the focus: answers come later than
/// keys, and Japanese input would break.
fn text_field(id: &str, param: &FormParam, set: &Callback<String>) -> Html {
    // Also what is still being composed: Chrome says nothing more of it once it is taken.
    let oninput = maybe(set, |event: InputEvent| {
        event.target_dyn_into::<HtmlInputElement>().map(|input| input.value())
    });
    let onchange = maybe(set, |event: Event| {
        event.target_dyn_into::<HtmlInputElement>().map(|input| input.value())
    });
    let draw = html! {
        <input id={id.to_owned()} class="mono" placeholder={AttrValue::from(param.default.clone())}
            autocomplete="off" spellcheck="false" {oninput} {onchange} />
    };
    let value = AttrValue::from(param.value.clone());
    let text = AttrValue::clone(&value);
    with(draw, value, Callback::from(move |input: Element| fill(&input, &text)))
}

fn fill(input: &Element, value: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let active = document.and_then(|document| document.active_element());
    if active.as_ref() != Some(input)
        && let Some(input) = input.dyn_ref::<HtmlInputElement>()
    {
        input.set_value(value);
    }
}
