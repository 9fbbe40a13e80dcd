//! One component for every pane: each further component costs the page several kilobytes of Yew's
//! own machinery, made anew for its type. A pane is drawn again only when what it shows changed.

use std::rc::Rc;

use yew::{Callback, Component, Context, Html, Properties, html};

use super::bars::{BarsProps, bars};
use super::checks::{ChecksProps, checks};
use super::conf::{ConfProps, conf};
use super::dialogs::{DialogProps, dialog};
use super::events::{EventsProps, RowProps, events, grid_row};
use super::flow::strip;
use super::header::{HeaderProps, header};
use super::logs::{LogsProps, logs};
use super::problems::{ProblemsProps, problems};
use super::results::{ResultsProps, results};
use super::status::{StatusProps, status};
use super::story::{StoryProps, story};
use crate::page::state::Action;
use crate::page::texts::Lang;
use crate::protocol::Flow;

/// A pane with what it shows.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "each is its file")]
pub enum Pane {
    Checks(ChecksProps),
    Bars(BarsProps),
    Conf(ConfProps),
    Dialog(DialogProps),
    Events(EventsProps),
    Header(HeaderProps),
    Logs(LogsProps),
    Problems(ProblemsProps),
    Results(ResultsProps),
    Row(RowProps),
    Status(StatusProps),
    Story(StoryProps),
    Strip(Lang, Option<Rc<Flow>>),
}

/// What the component needs.
#[derive(Clone, PartialEq, Properties)]
pub struct PaneProps {
    /// The pane.
    pub pane: Pane,
    /// What happened.
    pub on: Callback<Action>,
}

/// A pane in its place.
#[derive(Debug)]
pub struct PaneView;

impl Component for PaneView {
    type Message = ();
    type Properties = PaneProps;

    fn create(_: &Context<PaneView>) -> PaneView {
        PaneView
    }

    fn view(&self, ctx: &Context<PaneView>) -> Html {
        let PaneProps { pane, on } = ctx.props();
        match pane {
            Pane::Bars(props) => bars(props, on),
            Pane::Checks(props) => checks(props, on),
            Pane::Conf(props) => conf(props, on),
            Pane::Dialog(props) => dialog(props, on),
            Pane::Events(props) => events(props, on),
            Pane::Header(props) => header(props, on),
            Pane::Logs(props) => logs(props, on),
            Pane::Problems(props) => problems(props, on),
            Pane::Results(props) => results(props, on),
            Pane::Row(props) => grid_row(props, on),
            Pane::Status(props) => status(props, on),
            Pane::Story(props) => story(props, on),
            Pane::Strip(lang, flow) => strip(*lang, flow.as_deref(), on),
        }
    }
}

/// A pane, drawn again when it changes.
pub fn pane(pane: Pane, on: &Callback<Action>) -> Html {
    html! { <PaneView {pane} {on} /> }
}
