//! *Pattern*: a form over the `<parse>` section under the cursor. The text is the only truth: a
//! field says its new value, the worker answers with edits of the text.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement, InputEvent};
use yew::{
    AttrValue, Callback, Event, Html, Properties, TargetCast, component, html, use_effect_with,
    use_node_ref,
};

use crate::page::state::Action;
use crate::page::texts::{Lang, T};
use crate::page::ui::maybe;
use crate::page::ui::rich::rich;
use crate::protocol::{Form, FormParam};

/// What the form needs.
#[derive(Clone, PartialEq, Properties)]
pub struct FormProps {
    /// The language.
    pub lang: Lang,
    /// The section.
    pub form: Option<Rc<Form>>,
    /// What happened.
    pub on: Callback<Action>,
}

/// The form.
#[component]
pub fn FormPane(props: &FormProps) -> Html {
    let lang = props.lang;
    let Some(form) = &props.form else {
        return html! { <p class="empty">{ rich(lang.t(T::NoParseSection)) }</p> };
    };
    html! {
        <form class="param-form" onsubmit={|event: yew::SubmitEvent| event.prevent_default()}>
            <p class="note">{ rich(&lang.f(T::FormOf, &[&form.owner])) }</p>
            for param in &form.params {
                <Param key={&*param.name} {lang} param={Rc::new(param.clone())} on={&props.on} />
            }
        </form>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ParamProps {
    lang: Lang,
    param: Rc<FormParam>,
    on: Callback<Action>,
}

#[component]
fn Param(props: &ParamProps) -> Html {
    let (lang, param) = (props.lang, &props.param);
    let id = format!("param-{}", param.name.trim_start_matches('@'));
    let name: Rc<str> = param.name.as_str().into();
    let set =
        props.on.reform(move |value: String| Action::SetParam(Rc::clone(&name), value.into()));
    html! {
        <div class="param" data-present={param.present.to_string()}>
            <label class="mono" for={id.clone()}>{ &param.name }</label>
            if param.choices.is_empty() {
                <TextField {id} value={AttrValue::from(param.value.clone())}
                    placeholder={AttrValue::from(param.default.clone())} {set} />
            } else {
                { choice(&id, param, &set) }
            }
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

#[derive(Clone, PartialEq, Properties)]
struct TextFieldProps {
    id: AttrValue,
    value: AttrValue,
    placeholder: AttrValue,
    set: Callback<String>,
}

/// A text field that never has its text replaced while it has the focus: answers come later than
/// keys, and Japanese input would break.
#[component]
fn TextField(props: &TextFieldProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(AttrValue::clone(&props.value), move |value| {
            let Some(input) = node.cast::<HtmlInputElement>() else { return };
            let document = web_sys::window().and_then(|window| window.document());
            let active = document.and_then(|document| document.active_element());
            if active.as_ref() != Some(input.as_ref()) {
                input.set_value(value);
            }
        });
    }
    let oninput = maybe(&props.set, |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>()?;
        (!event.is_composing()).then(|| input.value())
    });
    let onchange = maybe(&props.set, |event: Event| {
        event.target_dyn_into::<HtmlInputElement>().map(|input| input.value())
    });
    html! {
        <input ref={node} id={&props.id} class="mono" placeholder={&props.placeholder}
            autocomplete="off" spellcheck="false" {oninput} {onchange} />
    }
}
