//! An element that something is done with once it is in the page.

use std::rc::Rc;

use web_sys::Element;
use yew::virtual_dom::VNode;
use yew::{AttrValue, Callback, Component, Context, Html, NodeRef, Properties, html};

/// What it needs.
#[derive(Clone, PartialEq, Properties)]
pub struct WithProps {
    /// The element.
    pub draw: Html,
    /// What is done, again whenever `seen` changes.
    pub then: Callback<Element>,
    /// See `then`.
    #[prop_or_default]
    pub seen: AttrValue,
}

/// The element with what is done.
#[derive(Debug)]
pub struct With {
    node: NodeRef,
    seen: Option<AttrValue>,
}

impl Component for With {
    type Message = ();
    type Properties = WithProps;

    fn create(_: &Context<With>) -> With {
        With { node: NodeRef::default(), seen: None }
    }

    fn view(&self, ctx: &Context<With>) -> Html {
        let mut html = Html::clone(&ctx.props().draw);
        if let VNode::VTag(tag) = &mut html {
            Rc::make_mut(tag).node_ref = NodeRef::clone(&self.node);
        }
        html
    }

    fn rendered(&mut self, ctx: &Context<With>, _: bool) {
        let props = ctx.props();
        if self.seen.as_ref() == Some(&props.seen) {
            return;
        }
        self.seen = Some(AttrValue::clone(&props.seen));
        if let Some(element) = self.node.cast::<Element>() {
            props.then.emit(element);
        }
    }
}

/// An element that this is done with once.
pub fn once(draw: Html, then: impl Fn(Element) + 'static) -> Html {
    with(draw, AttrValue::Static(""), Callback::from(then))
}

/// An element that this is done with now and whenever `seen` changes.
pub fn with(draw: Html, seen: AttrValue, then: Callback<Element>) -> Html {
    html! { <With {draw} {seen} {then} /> }
}
