//! The cluster autoscaler's IAM policy: which of the calls of a version it grants. Read from
//! kubernetes/autoscaler at each tag (MIGRATE.md part 3).

use super::manifest::below;
use super::{Found, Severity, Target};
use crate::import::yaml::{self, Node};
use crate::share::json;

/// A call of the autoscaler: the action, whether the group cannot be scaled without it, from which
/// and before which version it is made.
struct Call(&'static str, bool, (u32, u32), (u32, u32));

const ALWAYS: (u32, u32) = (0, 0);
const EVER: (u32, u32) = (u32::MAX, 0);

const CALLS: [Call; 11] = [
    Call("autoscaling:DescribeAutoScalingGroups", true, ALWAYS, EVER),
    Call("autoscaling:DescribeLaunchConfigurations", false, ALWAYS, EVER),
    Call("autoscaling:DescribeScalingActivities", false, (24, 0), EVER),
    Call("autoscaling:DescribeTags", true, ALWAYS, (24, 1)),
    Call("autoscaling:SetDesiredCapacity", true, ALWAYS, EVER),
    Call("autoscaling:TerminateInstanceInAutoScalingGroup", true, ALWAYS, EVER),
    Call("ec2:DescribeImages", false, (24, 1), EVER),
    // Fatal up to 1.24; from 1.25 on a built-in list takes its place.
    Call("ec2:DescribeInstanceTypes", false, (23, 0), EVER),
    Call("ec2:DescribeLaunchTemplateVersions", false, ALWAYS, EVER),
    Call("ec2:GetInstanceTypesFromInstanceRequirements", false, (24, 1), EVER),
    Call("eks:DescribeNodegroup", false, (23, 0), EVER),
];

/// Actions that change groups, which a resource or a tag can limit.
const MUTATING: [&str; 2] =
    ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"];

/// A value that may be one text or a list of them, with each one's path.
fn texts<'n>(node: &'n Node, path: &str) -> Vec<(&'n str, String, usize)> {
    if let Some(text) = node.text() {
        return vec![(text, path.to_owned(), node.line)];
    }
    let items = node.items().iter().enumerate();
    items
        .filter_map(|(index, item)| Some((item.text()?, format!("{path}[{index}]"), item.line)))
        .collect()
}

struct Statement<'n> {
    node: &'n Node,
    path: String,
    allow: bool,
    /// The patterns of `Action`, or of `NotAction`.
    actions: Vec<(&'n str, String, usize)>,
    /// The place of `NotAction`.
    except: Option<(String, usize)>,
    /// `Resource` holds `*`; `None`: there is `NotResource` instead.
    star: Option<bool>,
    /// Under a condition on the resource's tags, and under any.
    tagged: bool,
    conditional: bool,
}

impl Statement<'_> {
    /// True when the statement's actions hold `action`, at which place.
    fn names(&self, action: &str) -> Option<(String, usize)> {
        let by = self.actions.iter().find(|(pattern, ..)| matches(pattern, action));
        match &self.except {
            Some(except) => by.is_none().then(|| except.clone()),
            None => by.map(|(_, path, line)| (path.clone(), *line)),
        }
    }

    fn grants(&self, action: &str) -> bool {
        let reaches = !is_star_only(action) || self.star != Some(false) && !self.tagged;
        self.allow && reaches && self.names(action).is_some()
    }
}

/// IAM's matching: without case, `*` and `?`.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let (pattern, action) = (pattern.as_bytes(), action.as_bytes());
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < action.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == action[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((begin, taken)) = star else { return false };
                at = begin + 1;
                from = taken + 1;
                star = Some((begin, from));
            }
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

/// Actions without a resource type: only `"Resource": "*"` grants them.
fn is_star_only(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    action.starts_with("autoscaling:describe")
        || action.starts_with("ec2:describe")
        || action == "ec2:getinstancetypesfrominstancerequirements"
}

/// The service of an action that is given as a whole.
fn is_whole_service(pattern: &str) -> bool {
    pattern.split_once(':').is_some_and(|(service, action)| service != "*" && action == "*")
}

fn is_all(pattern: &str) -> bool {
    matches!(pattern, "*" | "*:*")
}

pub(super) fn check(text: &str, target: Target, found: &mut Found) {
    if let Some(at) = json::error_at(text) {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        return found.add("policy-syntax", Severity::Error, "", line);
    }
    let documents = yaml::read(text).unwrap_or_default();
    let Some(root) = documents.first() else { return };
    let (policy, path) = unwrapped(root);
    let Some(statement) = policy.get("Statement") else {
        return found.add("policy-syntax", Severity::Error, &path, policy.line);
    };
    let own = below(&path, "Statement");
    let list: Vec<(&Node, String)> = match statement.items() {
        [] => vec![(statement, own.clone())],
        items => {
            items.iter().zip(0..).map(|(item, index)| (item, format!("{own}[{index}]"))).collect()
        }
    };
    let trust = list.iter().find_map(|(node, path)| {
        let key = ["Principal", "NotPrincipal"].into_iter().find(|key| node.get(key).is_some())?;
        Some((node.get(key)?.line, below(path, key)))
    });
    if let Some((line, path)) = trust {
        return found.add("trust-policy", Severity::Error, &path, line);
    }
    let version = policy.get("Version");
    if version.and_then(Node::text) != Some("2012-10-17") {
        let line = version.unwrap_or(policy).line;
        found.add("policy-version", Severity::Warning, &below(&path, "Version"), line);
    }
    let statements: Vec<Statement> =
        list.iter().filter_map(|(node, path)| read(node, path, found)).collect();
    let calls = CALLS
        .iter()
        .filter(|call| target.from(call.2.0, call.2.1) && !target.from(call.3.0, call.3.1));
    let calls: Vec<&Call> = calls.collect();
    for statement in &statements {
        judge(statement, &calls, found);
    }
    for Call(action, needed, ..) in calls {
        let needed = *needed || *action == "ec2:DescribeInstanceTypes" && !target.from(25, 0);
        let severity = if needed { Severity::Error } else { Severity::Warning };
        if !statements.iter().any(|statement| statement.grants(action)) {
            found.with("ca-missing", severity, &own, statement.line, Some(action), action);
        }
        for deny in statements.iter().filter(|statement| !statement.allow) {
            let reaches = deny.star != Some(false) || deny.except.is_some();
            if let (true, Some((path, line))) = (reaches, deny.names(action)) {
                let severity = if deny.conditional { Severity::Warning } else { severity };
                found.with("ca-denied", severity, &path, line, Some(action), action);
            }
        }
    }
}

/// The policy within what the AWS command prints.
fn unwrapped(root: &Node) -> (&Node, String) {
    if let Some(policy) = root.get("PolicyDocument") {
        return (policy, "PolicyDocument".to_owned());
    }
    match root.get("PolicyVersion").and_then(|version| version.get("Document")) {
        Some(policy) => (policy, "PolicyVersion.Document".to_owned()),
        None => (root, String::new()),
    }
}

/// A statement; what is wrong with its form is said, and such a statement grants nothing.
fn read<'n>(node: &'n Node, path: &str, found: &mut Found) -> Option<Statement<'n>> {
    let mut wrong = |path: &str, line: usize| {
        found.add("policy-syntax", Severity::Error, path, line);
        None
    };
    let allow = match node.get("Effect") {
        Some(effect) if matches!(effect.text(), Some("Allow" | "Deny")) => {
            effect.text() == Some("Allow")
        }
        Some(effect) => return wrong(&below(path, "Effect"), effect.line),
        None => return wrong(path, node.line),
    };
    let (actions, except) = match (node.get("Action"), node.get("NotAction")) {
        (Some(actions), _) => (texts(actions, &below(path, "Action")), None),
        (None, Some(actions)) => {
            let own = below(path, "NotAction");
            (texts(actions, &own), Some((own, actions.line)))
        }
        (None, None) => return wrong(path, node.line),
    };
    let star = match (node.get("Resource"), node.get("NotResource")) {
        (Some(resource), _) => Some(texts(resource, "").iter().any(|(text, ..)| *text == "*")),
        (None, Some(_)) => None,
        (None, None) => return wrong(path, node.line),
    };
    let condition = node.get("Condition");
    let tagged = condition.is_some_and(|condition| {
        let keys = condition.entries().flat_map(|(_, tests)| tests.entries());
        keys.filter_map(|(key, _)| key.text())
            .any(|key| key.to_ascii_lowercase().contains("resourcetag/"))
    });
    let conditional = condition.is_some_and(|condition| condition.entries().next().is_some());
    Some(Statement {
        node,
        path: path.to_owned(),
        allow,
        actions,
        except,
        star,
        tagged,
        conditional,
    })
}

/// What is to say of one statement alone.
fn judge(statement: &Statement, calls: &[&Call], found: &mut Found) {
    if let Some(resource) = statement.node.get("Resource") {
        for (text, path, line) in texts(resource, &below(&statement.path, "Resource")) {
            if is_placeholder(text) {
                found.add("placeholder", Severity::Error, &path, line);
            }
        }
    }
    if !statement.allow {
        return;
    }
    if let Some((path, line)) = &statement.except {
        return found.add("not-action", Severity::Warning, path, *line);
    }
    for (pattern, path, line) in &statement.actions {
        let mut add = |rule, severity| found.add(rule, severity, path, *line);
        if is_all(pattern) {
            add("wildcard-all", Severity::Warning);
            continue;
        }
        if is_whole_service(pattern) {
            add("wildcard-service", Severity::Warning);
            continue;
        }
        let service = pattern.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let called = calls.iter().any(|call| matches(pattern, call.0));
        if !called && matches!(service.as_str(), "autoscaling" | "ec2" | "eks") {
            add("ca-unneeded", Severity::Info);
        }
        if is_star_only(pattern) && statement.star == Some(false) {
            add("describe-needs-star", Severity::Error);
        }
        if is_star_only(pattern) && statement.tagged {
            add("describe-with-tag-condition", Severity::Error);
        }
        let mutating = MUTATING.iter().any(|action| matches(pattern, action));
        if mutating && statement.star == Some(true) && !statement.conditional {
            add("mutating-unscoped", Severity::Warning);
        }
    }
}

/// A word that stands for the reader's own; IAM's variables hold a `:`, its escapes one character.
fn is_placeholder(resource: &str) -> bool {
    let variable = resource.match_indices("${").any(|(at, _)| {
        let inner = resource.get(at + 2..).unwrap_or_default();
        let inner = inner.split('}').next().unwrap_or_default();
        !inner.contains(':') && inner.len() > 1
    });
    let angled = resource.find('<').is_some_and(|at| resource[at..].contains('>'));
    variable || angled || resource.contains("ACCOUNT_ID") || resource.contains("111122223333")
}
