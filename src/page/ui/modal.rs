//! A dialog over the page: the browser's own `<dialog>`, which keeps the focus inside and closes
//! with Escape.

use super::maybe;
use web_sys::HtmlDialogElement;
use yew::{
    AttrValue, Callback, Children, Event, Html, MouseEvent, Properties, TargetCast, component,
    html, use_effect_with, use_node_ref,
};

/// What a dialog needs.
#[derive(Clone, PartialEq, Properties)]
pub struct ModalProps {
    /// Its heading.
    pub title: AttrValue,
    /// What the closing button says.
    pub close_label: AttrValue,
    /// It was closed.
    pub close: Callback<()>,
    /// A class for its size.
    #[prop_or_default]
    pub class: AttrValue,
    /// What is in it.
    pub children: Children,
}

/// The dialog.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let onclick = maybe(&props.close, |event: MouseEvent| {
        // A press beside the box: the target is the dialog itself.
        event.target_dyn_into::<HtmlDialogElement>().map(|_| ())
    });
    html! {
        <dialog ref={node} class={format!("modal {}", props.class)} aria-label={&props.title}
            onclose={props.close.reform(|_: Event| ())} {onclick}>
            <div class="modal-box">
                <header class="modal-head">
                    <h2>{ &props.title }</h2>
                    <button type="button" class="ghost" aria-label={&props.close_label}
                        onclick={props.close.reform(|_: MouseEvent| ())}>{ "✕" }</button>
                </header>
                { for props.children.iter() }
            </div>
        </dialog>
    }
}
