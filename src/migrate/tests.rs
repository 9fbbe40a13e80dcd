//! Variants that no recording holds: where a string stands and how it is written.

mod rules;

use super::{Kind, Severity, Target, check, kind_of};

fn found(text: &str) -> Vec<(&'static str, usize, String)> {
    let found = check(kind_of(text), text, Target::default());
    found.into_iter().map(|finding| (finding.rule, finding.line, finding.path)).collect()
}

/// The rules that a script in a ConfigMap breaks, with their lines in the script.
fn script(text: &str) -> Vec<(&'static str, usize)> {
    let text = text.replace('\n', "\n    ");
    let found = found(&format!("kind: ConfigMap\ndata:\n  a.sh: |\n    {text}\n"));
    found.into_iter().map(|(rule, line, _)| (rule, line - 3)).collect()
}

#[test]
fn a_command_position_is_what_a_shell_runs() {
    for text in [
        "docker ps",
        "  sudo docker rm -f x",
        "a && docker build .",
        "a | docker load",
        "x=$(docker ps -q)",
        "x=`docker ps -q`",
        "if ! docker info; then",
        "TAG=1 docker run x",
        "/usr/bin/docker exec x sh",
        "bash -c \"docker ps\"",
        "docker -H unix:///x ps",
        "xargs -r docker rm",
        "ExecStartPre=-/usr/bin/docker rm x",
        "docker-compose up -d",
        "- docker push x",
    ] {
        assert_eq!(script(text), [("docker-cli", 1)], "{text}");
    }
    for text in [
        "# docker ps",
        "echo built with docker, runs anywhere",
        "exec /docker-entrypoint.sh nginx",
        "image=docker.io/library/nginx",
        "grep docker /proc/1/cgroup",
        "echo \"run docker ps\"",
        "docker --version",
        "nerdctl ps # docker ps",
        "dockerize -wait tcp://db",
    ] {
        assert_eq!(script(text), [], "{text}");
    }
}

#[test]
fn services_flags_and_files_are_found_on_their_lines() {
    let lines = "systemctl enable --now docker\nservice docker restart\nsystemctl restart dockerd-x\n\
                 cat /etc/docker/daemon.json\ncurl --unix-socket /var/run/docker.sock http:/x\n\
                 systemctl stop docker.socket";
    let wanted = [
        ("docker-service", 1),
        ("docker-service", 2),
        ("docker-daemon-config", 4),
        ("docker-socket-ref", 5),
        ("docker-service", 6),
    ];
    assert_eq!(script(lines), wanted);
    let kubelet = "kubelet --network-plugin-mtu=9 --container-runtime \"docker\"";
    assert_eq!(script(kubelet), [("container-runtime-flag", 1), ("kubelet-removed-flag", 1)]);
}

#[test]
fn positions_hold_in_crlf_flow_and_folded_text() {
    let text = "a: 1\r\nspec: {volumes: [{hostPath: {path: '/var/run//docker.sock/'}}]}\r\n";
    assert_eq!(found(text)[0], ("docker-socket", 2, "spec.volumes[0].hostPath.path".to_owned()));
    let text = "kind: X\nrun: >-\n\n  echo a;\n  docker ps\n";
    assert_eq!(found(text), [("docker-cli", 5, "run".to_owned())]);
    let text = "kind: ConfigMap\ndata:\n  fluent.conf: |\n\n    <source>\n      @type tail\n      \
                path /var/log/containers/a.log\n      pos_file /p\n    </source>\n";
    assert_eq!(found(text), [("parse-missing", 5, "data[\"fluent.conf\"]:source[0]".to_owned())]);
}

#[test]
fn of_doubled_keys_the_last_counts_and_an_alias_is_no_second_finding() {
    let text = "a: &x\n  hostPath: {path: /run/docker.sock}\nb: *x\nc: docker ps\nc: none\n";
    assert_eq!(found(text), [("docker-socket", 2, "a.hostPath.path".to_owned())]);
}

#[test]
fn a_pod_sees_through_aliases_and_merges() {
    let text = "x: &vols\n- {name: l, hostPath: {path: /var/log}}\n- {name: d, hostPath: {path: /var/lib/docker/containers}}\n\
                spec:\n  volumes: *vols\n  containers:\n  - &c {image: a, name: a}\n  - <<: *c\n    env: [{name: JAVA_OPTS, value: -javaagent:dd-java-agent.jar}]\n";
    let rules: Vec<&str> = found(text).iter().map(|found| found.0).collect();
    assert_eq!(rules, ["docker-log-dir", "dsd-socket-missing"]);
}

#[test]
fn the_agents_side_of_the_socket() {
    let pod = |more: &str| {
        format!(
            "spec:\n  containers:\n  - image: gcr.io/datadoghq/agent:7.40.0\n    env:\n    - {{name: DD_DOGSTATSD_SOCKET, value: /var/run/datadog/dsd.socket}}\n{more}"
        )
    };
    assert_eq!(found(&pod(""))[0], ("dsd-agent-mount", 5, "spec.containers[0]".to_owned()));
    let mounted = "    volumeMounts: [{name: s, mountPath: /var/run/datadog/}]\n  volumes: [{name: s, emptyDir: {}}]\n";
    assert_eq!(found(&pod(mounted)), []);
}

#[test]
fn a_policy_in_a_wrapper_keeps_its_paths() {
    let text = "{\"PolicyVersion\": {\"Document\": {\"Version\": \"2008-10-17\",\n\"Statement\": {\"Effect\": \"Allow\",\n\"Action\": \"*\", \"Resource\": \"*\"}}}}";
    let wanted = [
        ("policy-version", 1, "PolicyVersion.Document.Version".to_owned()),
        ("wildcard-all", 3, "PolicyVersion.Document.Statement.Action".to_owned()),
    ];
    assert_eq!(found(text), wanted);
}

#[test]
fn a_deny_with_a_condition_is_a_warning() {
    let text = "{\"Version\": \"2012-10-17\", \"Statement\": [\n{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"},\n\
                {\"Effect\": \"Deny\", \"NotAction\": [\"autoscaling:*\", \"ec2:*\"], \"Resource\": \"*\",\n\"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"false\"}}}]}";
    let denied = check(Kind::Policy, text, Target::default());
    let denied: Vec<_> = denied.iter().filter(|finding| finding.rule == "ca-denied").collect();
    assert_eq!(denied.len(), 1);
    assert_eq!(
        (denied[0].what, denied[0].severity),
        (Some("eks:DescribeNodegroup"), Severity::Warning)
    );
}

#[test]
fn versions_are_read() {
    assert_eq!(Target::new("1.24"), Some(Target::default()));
    assert!(Target::new("v1.24.0").is_some_and(|target| !target.from(24, 1)));
    assert_eq!(Target::new("2"), None);
}

#[test]
fn what_a_text_is_shows_in_its_first_words() {
    assert_eq!(kind_of("{\n \"Statement\": []}"), Kind::Policy);
    assert_eq!(kind_of("# x\n<source>\n</source>\n"), Kind::FluentConf);
    assert_eq!(kind_of("apiVersion: v1\ndata:\n  a: |\n    <source>\n"), Kind::Manifest);
}

#[test]
fn no_text_panics() {
    let texts = [
        "",
        "{",
        "- ",
        "<",
        "</a>",
        "\"#{",
        "a: |\n",
        "a: *x\n",
        "<source>\n@type tail\npath",
        "\u{feff}",
    ];
    for text in texts {
        for kind in [Kind::Manifest, Kind::Policy, Kind::FluentConf] {
            check(kind, text, Target::default());
        }
    }
}

#[test]
fn an_error_of_yaml_stands_where_kubectl_says() {
    for (text, line) in [
        ("kind: X\nspec:\n  a:\n{{- range .Values.c }}\n  - b: {{ .name }}\n{{- end }}\n", 5),
        ("{{- if .Values.x }}\nkind: X\n{{- end }}\n", 1),
        ("a:\n    {{- toYaml .Values.r | nindent 4 }}\n  x: 1\n", 2),
        ("a:\n  - b: 1\n    {{- if .x }}\n    # c\n    c: 1\n", 5),
        ("a: \"b\nc: 1\n", 3),
        ("a:\n\tb: 1\n", 2),
    ] {
        assert_eq!(found(text), [("yaml-syntax", line, String::new())], "{text}");
    }
}
